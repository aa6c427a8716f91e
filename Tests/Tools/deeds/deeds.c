#define _GNU_SOURCE
#include "deeds.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sockaddr_in loopback = {.sin_family = AF_INET};

static long open_file(void) { return open("/etc/passwd", O_RDONLY); }
static long run_program(void) {
    char *words[] = {"true", NULL};
    return execv("/bin/true", words);
}
static long fork_process(void) { return fork(); }
static long make_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long trace_process(void) { return ptrace(PTRACE_ATTACH, 1, NULL, NULL); }
// Descriptor 3 is the role channel.
static long connect_channel(void) { return connect(3, (struct sockaddr *)&loopback, sizeof loopback); }
static long send_elsewhere(void) { return sendto(3, "", 1, 0, (struct sockaddr *)&loopback, sizeof loopback); }
static long send_on_another(void) { return send(9, "", 1, 0); }
static long map_code(void) { return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED; }
static long make_code(void) { return syscall(SYS_mprotect, NULL, 4096, PROT_EXEC); }
static long kill_init(void) { return kill(1, 0); }
static long become_root(void) { return setuid(0); }
static long change_handler(void) { return signal(SIGSYS, SIG_IGN) == SIG_ERR; }
static long attach_filter(void) { return setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3); }

// No crime, but what a role may come to need: stack and heap beyond what it had when it was jailed.
static long use_stack(void) {
    volatile char *piece = __builtin_alloca(768 << 10);
    for (int i = 0; i < 768 << 10; i += 1024) piece[i] = 1;
    return 0;
}
static long use_heap(void) {
    size_t size = 96 << 20;
    char *piece = malloc(size);
    return piece ? (memset(piece, 1, size), 0) : -1;
}

int deed_do(const char *name) {
    static const struct {
        const char *name;
        long (*deed)(void);
    } deeds[] = {
        {"open", open_file},           {"execve", run_program},   {"fork", fork_process},
        {"socket", make_socket},       {"ptrace", trace_process}, {"connect", connect_channel},
        {"sendto", send_elsewhere},    {"send", send_on_another}, {"mmap", map_code},
        {"mprotect", make_code},       {"kill", kill_init},     {"setuid", become_root},
        {"sigaction", change_handler}, {"setsockopt", attach_filter}, {"stack", use_stack},
        {"heap", use_heap},
    };
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (strcmp(name, deeds[i].name) == 0) return deeds[i].deed() < 0 ? -1 : 0;
    return -2;
}
