// Declarations that Swift's Glibc module lacks: GNU extensions, variadic functions and macros. These shims contain no
// policy.
//
// <time.h> is included because timespec belongs to the module that the compiler sees first, this one or Glibc. A file
// that imports both gets it from either.
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

// prctl(2), which is variadic; setresgid(2) and setresuid(2), which are GNU extensions; system calls without a wrapper.
int linux_set_no_new_privileges(void);
bool linux_has_no_new_privileges(void);
int linux_set_process_name(const char *name);
int linux_set_parent_death_signal(int signal);
int linux_set_not_dumpable(void);
int linux_drop_bounding_capability(int capability);
int linux_clear_ambient_capabilities(void);
int linux_last_capability(void);
int linux_clear_capabilities(void);
// Makes all permitted capabilities effective, or none. Returns whether that changed anything.
bool linux_set_effective_capabilities(bool all);
int linux_set_group(gid_t group);
int linux_set_user(uid_t user);

// The permitted capabilities as bits, and whether a capability is in the bounding set or in the ambient set.
uint64_t linux_permitted_capabilities(void);
bool linux_has_bounding_capability(int capability);
bool linux_has_ambient_capability(int capability);

// kill(2) with another effective user. Needs the right to change the user, and changes back afterwards.
int linux_kill_as(uid_t user, pid_t process, int signal);

// Makes malloc(3) use one heap for all memory, and grows it to at least this size now.
bool linux_make_one_heap(size_t size);

// Grows the stack by this size now, so that it need not grow later.
void linux_grow_stack(size_t size);

// landlock_create_ruleset(2) and landlock_restrict_self(2), which have no wrapper. The first function returns the
// newest version that the kernel supports, the second makes a ruleset with these attributes, and the third restricts
// this process by a ruleset.
int linux_landlock_version(void);
int linux_landlock_ruleset(const void *attributes, size_t size);
int linux_landlock_restrict(int ruleset);

// Installs a handler for SIGSYS. It writes the number of the system call into the message, the most significant byte
// first, sends the message, and exits with status 128 + SIGSYS.
int linux_tell_of_traps(int channel, const void *message, size_t size, size_t place);

// open(2) and fcntl(2), which are variadic.
int linux_open(const char *path, int flags, mode_t mode);
int linux_open_at(int directory, const char *name, int flags, mode_t mode);
int linux_set_nonblocking(int descriptor);
int linux_set_close_on_exec(int descriptor, bool on);
int linux_duplicate(int descriptor, int lowest);

// posix_spawn(3): closes every descriptor from this one on, a GNU extension.
int linux_close_from(posix_spawn_file_actions_t *actions, int descriptor);

// waitpid(2)'s status macros.
bool linux_exited(int status);
int linux_exit_status(int status);
int linux_termination_signal(int status);

// connect(2) to a path; Glibc's module lacks sockaddr_un.
int linux_connect_unix(int descriptor, const char *path);

// The arguments and the file of this program. Swift's runtime reads them from /proc, which may be missing. The path is
// the one executed, made absolute. The program is unchanged if its path still leads to the same file as at the start.
int linux_argument_count(void);
const char *linux_argument(int index);
const char *linux_program_path(void);
bool linux_program_is_unchanged(void);

// getopt_long(3), with functions for its global variables.
struct linux_option {
    const char *name;
    int has_argument;
    int value;
};
int linux_getopt(int count, char *const *arguments, const char *shorts, const struct linux_option *longs, int longs_count);
const char *linux_option_argument(void);
int linux_option_index(void);

// Sends one datagram to a path, or to an abstract address, which begins with a zero byte and is written with an @.
int linux_send_unix(const char *path, const char *text);

// Opens a socket that becomes readable when links, addresses or (with_routes) routes change; this needs bind(2) to
// sockaddr_nl.
int linux_open_route_watch(bool with_routes);

// fork(2), for a process with one thread that continues as its own child; Swift does not provide it.
pid_t linux_fork(void);

// The value of errno, for a Swift wrapper to read after the call.
int linux_errno(void);

// setsockopt(SO_ATTACH_FILTER) with a classic BPF program of libpcap. It replaces an earlier filter without a gap.
int linux_attach_filter(int descriptor, unsigned int length, const void *instructions);

#endif
