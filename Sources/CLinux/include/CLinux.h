// What Swift's Glibc module does not show: GNU declarations, variadic functions and macros. These shims decide nothing.
//
// <time.h> is here too: timespec belongs to whichever module the compiler meets first, this one or Glibc, and a file that
// imports both has it from either.
#ifndef CLINUX_H
#define CLINUX_H

#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <time.h>

// prctl(2) and raw system calls, which are variadic.
int linux_set_no_new_privileges(void);
bool linux_has_no_new_privileges(void);
int linux_set_process_name(const char *name);
int linux_set_parent_death_signal(int signal);
int linux_set_not_dumpable(void);
int linux_drop_bounding_capability(int capability);
int linux_clear_ambient_capabilities(void);
int linux_last_capability(void);
int linux_clear_capabilities(void);
// Puts all permitted capabilities into effect, or none. Whether that changed anything.
bool linux_set_effective_capabilities(bool all);
int linux_set_group(gid_t group);
int linux_set_user(uid_t user);

// The permitted capabilities, bit by number; whether the bounding set has one; whether the ambient set has one.
uint64_t linux_permitted_capabilities(void);
bool linux_has_bounding_capability(int capability);
bool linux_has_ambient_capability(int capability);

// kill(2), as another user for that moment: it takes the right to change the user, and leaves the way back.
int linux_kill_as(uid_t user, pid_t process, int signal);

// Has malloc(3) take all memory from one heap, and grow that to this size now.
bool linux_make_one_heap(size_t size);

// Has the stack reach down by this much, so that it need not grow later.
void linux_grow_stack(size_t size);

// landlock_create_ruleset(2) and landlock_restrict_self(2), which have no wrapper: the newest version that the kernel has;
// a ruleset for these attributes; this process bound by it.
int linux_landlock_version(void);
int linux_landlock_ruleset(const void *attributes, size_t size);
int linux_landlock_restrict(int ruleset);

// A handler for SIGSYS: writes the number of the system call into the message, most significant byte first, sends that,
// and ends the process with status 128 + SIGSYS.
int linux_tell_of_traps(int channel, const void *message, size_t size, size_t place);

// open(2) and fcntl(2), which are variadic.
int linux_open(const char *path, int flags, mode_t mode);
int linux_open_at(int directory, const char *name, int flags, mode_t mode);
int linux_set_nonblocking(int descriptor);
int linux_set_close_on_exec(int descriptor, bool on);
int linux_duplicate(int descriptor, int lowest);

// posix_spawn(3): close every descriptor from this one on, a GNU extension.
int linux_close_from(posix_spawn_file_actions_t *actions, int descriptor);

// waitpid(2)'s status macros.
bool linux_exited(int status);
int linux_exit_status(int status);
int linux_termination_signal(int status);

// connect(2) to a path; sockaddr_un is not in Glibc.
int linux_connect_unix(int descriptor, const char *path);

// What the program was started with. The language's runtime looks for it in /proc, which need not be there. The program is the
// path that was executed, from the root; its file is told by what stood there at the start, whether something else does now.
int linux_argument_count(void);
const char *linux_argument(int index);
const char *linux_program_path(void);
bool linux_program_is_unchanged(void);

// getopt_long(3), with its globals behind functions.
struct linux_option {
    const char *name;
    int has_argument;
    int value;
};
int linux_getopt(int count, char *const *arguments, const char *shorts, const struct linux_option *longs, int longs_count);
const char *linux_option_argument(void);
int linux_option_index(void);

// One datagram to a path, or to an abstract address, which begins with a zero byte and is written with an @.
int linux_send_unix(const char *path, const char *text);

// A socket that is readable when links, addresses or (with_routes) routes have changed; bind(2) to sockaddr_nl.
int linux_open_route_watch(bool with_routes);

// fork(2), for a process of one thread that goes on as its own child; Swift does not show it.
pid_t linux_fork(void);

// errno as a value that a Swift wrapper can read after the call.
int linux_errno(void);

// The classic BPF program of libpcap, put in place without a gap: setsockopt(SO_ATTACH_FILTER).
int linux_attach_filter(int descriptor, unsigned int length, const void *instructions);

#endif
