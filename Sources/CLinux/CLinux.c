#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <malloc.h>
#include <spawn.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
    int count;
    char **values;
    char program[PATH_MAX];
    struct stat file;
} started;

// glibc passes the arguments of main to constructors too.
__attribute__((constructor)) static void note_start(int count, char **values) {
    started.count = count;
    started.values = values;
    const char *path = (const char *)getauxval(AT_EXECFN);
    if (path == NULL) return;
    size_t length = 0;
    if (path[0] != '/') {
        if (getcwd(started.program, sizeof started.program - 1) == NULL) return;
        length = strlen(started.program);
        started.program[length++] = '/';
    }
    if (length + strlen(path) >= sizeof started.program) {
        started.program[0] = 0;
        return;
    }
    memcpy(started.program + length, path, strlen(path) + 1);
    if (stat(started.program, &started.file) != 0) started.program[0] = 0;
}

int linux_argument_count(void) { return started.count; }
const char *linux_argument(int index) { return started.values[index]; }
const char *linux_program_path(void) { return started.program; }

bool linux_program_is_unchanged(void) {
    struct stat now;
    return stat(started.program, &now) == 0 && now.st_dev == started.file.st_dev && now.st_ino == started.file.st_ino;
}

int linux_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
bool linux_has_no_new_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }
int linux_set_process_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
int linux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
int linux_set_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
int linux_drop_bounding_capability(int capability) { return prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); }
int linux_clear_ambient_capabilities(void) { return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); }

bool linux_make_one_heap(size_t size) {
    if (!mallopt(M_MMAP_MAX, 0) || !mallopt(M_TRIM_THRESHOLD, INT_MAX) || !mallopt(M_TOP_PAD, (int)size)) return false;
    // Larger than the heap is now, so that the heap grows. Volatile, since the compiler would remove an unused
    // allocation.
    void *volatile piece = malloc(size / 2);
    free(piece);
    return piece != NULL;
}

void linux_grow_stack(size_t size) {
    // Touch only the lowest byte: the kernel extends the stack down to it, but allocates a single page.
    volatile char *lowest = __builtin_alloca(size);
    *lowest = 0;
}

int linux_landlock_version(void) { return (int)syscall(444, NULL, 0, 1); }

int linux_landlock_ruleset(const void *attributes, size_t size) { return (int)syscall(444, attributes, size, 0); }

int linux_landlock_restrict(int ruleset) { return (int)syscall(446, ruleset, 0); }

// The message of a trapped process. It is prepared in advance, since a signal handler can call almost no functions.
static struct {
    int channel;
    size_t size, place;
    unsigned char message[512];
} trap;

static void tell_of_trap(int signal, siginfo_t *information, void *context) {
    (void)signal;
    (void)context;
    unsigned int call = (unsigned int)information->si_syscall;
    for (int i = 0; i < 4; i++) trap.message[trap.place + i] = (unsigned char)(call >> (24 - 8 * i));
    sendto(trap.channel, trap.message, trap.size, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
    _exit(128 + SIGSYS);
}

int linux_tell_of_traps(int channel, const void *message, size_t size, size_t place) {
    if (size > sizeof trap.message || place + 4 > size) {
        errno = EINVAL;
        return -1;
    }
    trap.channel = channel;
    trap.size = size;
    trap.place = place;
    memcpy(trap.message, message, size);
    sigset_t trapped;
    sigemptyset(&trapped);
    sigaddset(&trapped, SIGSYS);
    struct sigaction action = {.sa_sigaction = tell_of_trap, .sa_flags = SA_SIGINFO};
    return sigaction(SIGSYS, &action, NULL) < 0 ? -1 : sigprocmask(SIG_UNBLOCK, &trapped, NULL);
}

int linux_last_capability(void) {
    int capability = 0;
    while (prctl(PR_CAPBSET_READ, capability + 1, 0, 0, 0) >= 0) capability++;
    return capability;
}

int linux_clear_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return (int)syscall(SYS_capset, &header, none);
}

bool linux_set_effective_capabilities(bool all) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) < 0) return false;
    bool changes = false;
    for (int i = 0; i < 2; i++) {
        __u32 wanted = all ? sets[i].permitted : 0;
        changes |= sets[i].effective != wanted;
        sets[i].effective = wanted;
    }
    return changes && syscall(SYS_capset, &header, sets) == 0;
}

int linux_set_group(gid_t group) { return setresgid(group, group, group); }
int linux_set_user(uid_t user) { return setresuid(user, user, user); }

uint64_t linux_permitted_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    // If the set is unknown, assume all capabilities: the call that needs a missing one will fail.
    if (syscall(SYS_capget, &header, sets) < 0) return UINT64_MAX;
    return (uint64_t)sets[1].permitted << 32 | sets[0].permitted;
}

bool linux_has_bounding_capability(int capability) { return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1; }
bool linux_has_ambient_capability(int capability) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 1;
}

int linux_kill_as(uid_t user, pid_t process, int signal) {
    uid_t own = geteuid();
    if (seteuid(user) < 0) return -1;
    int result = kill(process, signal);
    int error = errno;
    if (seteuid(own) < 0) return -1;
    errno = error;
    return result;
}

int linux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int linux_open_at(int directory, const char *name, int flags, mode_t mode) {
    return openat(directory, name, flags, mode);
}

int linux_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int linux_set_close_on_exec(int descriptor, bool on) { return fcntl(descriptor, F_SETFD, on ? FD_CLOEXEC : 0); }

int linux_duplicate(int descriptor, int lowest) { return fcntl(descriptor, F_DUPFD_CLOEXEC, lowest); }

int linux_close_from(posix_spawn_file_actions_t *actions, int descriptor) {
    return posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
}

bool linux_exited(int status) { return WIFEXITED(status); }
int linux_exit_status(int status) { return WEXITSTATUS(status); }
int linux_termination_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int linux_connect_unix(int descriptor, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    return connect(descriptor, (struct sockaddr *)&address, sizeof address);
}

int linux_send_unix(const char *path, const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    ssize_t sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address,
                          offsetof(struct sockaddr_un, sun_path) + length);
    int error = errno;
    close(descriptor);
    errno = error;
    return sent < 0 ? -1 : 0;
}

int linux_open_route_watch(bool with_routes) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (with_routes) address.nl_groups |= RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

pid_t linux_fork(void) { return fork(); }

int linux_getopt(int count, char *const *arguments, const char *shorts, const struct linux_option *longs,
                 int longs_count) {
    enum { most = 64 };
    struct option table[most + 1];
    memset(table, 0, sizeof table);
    for (int i = 0; i < longs_count && i < most; i++) {
        table[i].name = longs[i].name;
        table[i].has_arg = longs[i].has_argument;
        table[i].val = longs[i].value;
    }
    return getopt_long(count, arguments, shorts, table, NULL);
}

const char *linux_option_argument(void) { return optarg; }
int linux_option_index(void) { return optind; }
int linux_errno(void) { return errno; }

int linux_attach_filter(int descriptor, unsigned int length, const void *instructions) {
    struct sock_fprog program = {(unsigned short)length, (struct sock_filter *)instructions};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
