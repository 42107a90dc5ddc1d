/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes every implemented system call with boundary integers and bad pointers in every
 * argument: the kernel returns, with any result, and its own checks find no error.
 * Afterwards restores the state that a call changed in this program (signals,
 * descriptors, mappings, limits). Runs on Hermit only, where it can signal, fill up or
 * break nothing but its own machine.
 *
 *     boundary_calls [NAME [SEED]]     one call only, printing each set of arguments first
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#if !defined(__hermit__)
#error "for Hermit alone: as root on Linux it would signal every process"
#endif

#define SCRATCH   0x100000000000UL /* nothing mapped for many GiB above */
#define PAGE      4096UL
#define PATH      (SCRATCH + 1024)
#define OTHER     (SCRATCH + 1280)
#define OUT       99 /* a copy of stdout */
#define FIRST_FD  3
#define NR_FDS    9
#define SAMPLE    400 /* sets of arguments for a call with more than two */
#define PUT_RIGHT 64  /* calls after which everything is restored in any case */

enum state { FULL, PARTIAL, ENOSYS_ };
#define STATE_FULL    FULL
#define STATE_PARTIAL PARTIAL
#define STATE_ENOSYS  ENOSYS_

static const struct row {
    const char *name;
    enum state state;
    short nr;
    unsigned char nargs;
} rows[] = {
#define SYSCALL(nr, name, nargs, state, kind, note) {#name, STATE_##state, nr, nargs},
#include "../../../syscalls/table.def"
#undef SYSCALL
};

/* Calls to skip, and why. */
static const char *const left_out[][2] = {
    {"exit", "ends the thread"},
    {"exit_group", "ends the program"},
    {"rt_sigreturn", "takes what the stack happens to hold for a signal frame"},
};

/* Calls after which more state must be restored at once. */
static const char *const moves_memory[] = {"mmap",  "munmap", "mremap", "mprotect", "madvise",
                                           "mlock", "mlock2", "brk",    "mlockall", NULL};
static const char *const changes_process[] = {
    "close",          "close_range", "dup2",          "dup3",          "rt_sigaction",
    "rt_sigprocmask", "setitimer",   "alarm",         "setrlimit",     "prlimit64",
    "chdir",          "fchdir",      "clone",         "timer_settime", "umask",
    "timer_create",   "sigaltstack", "rt_sigsuspend", "truncate",      "ftruncate",
    "fallocate",      "setpriority", "sched_setattr", "memfd_create",  NULL};

static const char *const sends_signals[] = {
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", NULL};

static const char *const waits_with_mask[] = {"rt_sigsuspend", "ppoll", NULL};

static long values[] = {
    0,
    1,
    2,
    FIRST_FD,
    FIRST_FD + 1,
    FIRST_FD + 2,
    FIRST_FD + 3,
    FIRST_FD + 4,
    FIRST_FD + 5,
    FIRST_FD + 6,
    FIRST_FD + 7,
    FIRST_FD + 8,
    64,
    PAGE,
    -1,
    -100, /* AT_FDCWD */
    -(long)PAGE,
    INT_MAX,
    INT_MIN,
    UINT32_MAX,
    1L << 32,
    LONG_MAX,
    LONG_MIN,
    LONG_MAX - PAGE + 1,
    SCRATCH,
    SCRATCH + 1,
    SCRATCH + PAGE,
    SCRATCH + 2 * PAGE - 12, /* a structure here crosses the end */
    PATH,
    OTHER,
    PAGE,                     /* not mapped */
    (long)0xffff800000000000, /* kernel address */
    1L << 47,                 /* not canonical */
    0,                        /* kernel text, filled in */
};
#define NR_VALUES (sizeof(values) / sizeof(values[0]))
#define TEXT      (NR_VALUES - 1)

static void on_alarm(int sig)
{
    (void)sig;
}

static bool is_in(const char *const *list, const char *name)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static void require(bool ok, const char *what)
{
    if (ok)
        return;
    dprintf(OUT, "%s: %s\n", what, strerror(errno));
    _exit(1);
}

/* Fills the memory for the calls: zeros and two names. */
static void fill_scratch(void)
{
    memset((void *)SCRATCH, 0, 2 * PAGE);
    strcpy((char *)PATH, "NAME"); /* as a signal set, does not contain SIGALRM */
    strcpy((char *)OTHER, "OTHER");
}

static void make_scratch(void)
{
    munlockall();
    void *p = mmap((void *)SCRATCH, 2 * PAGE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    require(p == (void *)SCRATCH, "mmap");
}

/* Keeps signals from ending the program, and interrupts blocking calls soon. */
static void make_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, wake = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 4000}, {0, 4000}};
    stack_t none = {.ss_flags = SS_DISABLE};
    sigset_t all;
    for (int sig = 1; sig < NSIG; sig++) /* the program's own faults still end it */
        sigaction(sig, sig == SIGALRM ? &wake : &ignore, NULL);
    sigaltstack(&none, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

static void make_files(void)
{
    int fd[NR_FDS];
    for (int i = 0; i < 3; i++)
        dup2(open("/dev/null", O_RDWR), i);
    syscall(SYS_close_range, FIRST_FD, OUT - 1, 0);
    syscall(SYS_close_range, OUT + 1, ~0U, 0);
    mkdir("/tmp/boundary", 0777);
    require(chdir("/tmp/boundary") == 0, "chdir");
    require((fd[0] = open("file", O_RDWR | O_CREAT | O_TRUNC, 0666)) == FIRST_FD, "open");
    fd[1] = open(".", O_RDONLY | O_DIRECTORY);
    require(pipe2(&fd[2], O_NONBLOCK) == 0, "pipe2");
    fd[4] = eventfd(1, EFD_NONBLOCK);
    fd[5] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    fd[6] = open("/dev/null", O_RDWR);
    fd[7] = open("file", O_PATH);
    fd[8] = open("/proc/self/status", O_RDONLY);
    require(fd[8] == FIRST_FD + 8 && ftruncate(fd[0], 100) == 0, "files");
}

static void make_limits(void)
{
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY}, files = {1024, 4096};
        struct rlimit stack = {8UL << 20, RLIM_INFINITY};
        setrlimit(i, i == RLIMIT_NOFILE ? &files : i == RLIMIT_STACK ? &stack : &none);
    }
    for (long id = 0; id < 2 * PUT_RIGHT; id++)
        syscall(SYS_timer_delete, id);
    setpriority(PRIO_PROCESS, 0, 0);
}

static void put_right(void)
{
    make_signals();
    make_limits();
    make_files();
}

static uint64_t seed = 1;

static unsigned next_random(void)
{
    seed = seed * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(seed >> 33);
}

static void choose(const struct row *row, unsigned k, long arg[6])
{
    for (unsigned i = 0; i < 6; i++) {
        arg[i] = row->nargs <= 2 ? values[k % NR_VALUES] : values[next_random() % NR_VALUES];
        k /= NR_VALUES;
    }
}

/* Removes the mapping that a call has made. */
static void unmap_result(const struct row *row, const long arg[6], long result)
{
    unsigned long size = (unsigned long)(strcmp(row->name, "mremap") == 0 ? arg[2] : arg[1]);
    if (result < 0 && result > -(long)PAGE)
        return;
    if (strcmp(row->name, "mmap") == 0 || strcmp(row->name, "mremap") == 0)
        munmap((void *)result, size);
}

/* Why the call would harm this program beyond repair; NULL: it would not. */
static const char *harmful(const struct row *row, const long arg[6])
{
    if (strcmp(row->name, "close_range") == 0 && (unsigned)arg[0] <= OUT && (unsigned)arg[1] >= OUT)
        return "closes the way to say anything";
    if (strcmp(row->name, "clone") == 0 && (arg[0] & CLONE_VM) != 0 && arg[1] != 0)
        return "starts a thread with that stack pointer";
    if (is_in(sends_signals, row->name) && ((int)arg[1] == SIGKILL || (int)arg[2] == SIGKILL))
        return "ends the program";
    if ((strcmp(row->name, "setrlimit") == 0 && (int)arg[0] == RLIMIT_CPU) ||
        (strcmp(row->name, "prlimit64") == 0 && (int)arg[1] == RLIMIT_CPU))
        return "no time left, the program ends";
    if (is_in(waits_with_mask, row->name) && (arg[0] == values[TEXT] || arg[3] == values[TEXT]))
        return "the instructions, as a signal set, may block SIGALRM";
    return NULL;
}

static unsigned try_row(const struct row *row, bool tell)
{
    unsigned n = 1;
    for (unsigned i = 0; i < row->nargs; i++)
        n *= NR_VALUES;
    n = row->nargs > 2 ? SAMPLE : n;
    for (unsigned k = 0; k < n; k++) {
        long arg[6];
        choose(row, k, arg);
        if (harmful(row, arg) != NULL)
            continue;
        fill_scratch();
        if (tell)
            dprintf(OUT, "%s(%#lx, %#lx, %#lx, %#lx, %#lx, %#lx)", row->name, arg[0], arg[1],
                    arg[2], arg[3], arg[4], arg[5]);
        errno = 0;
        long result = syscall(row->nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
        if (tell)
            dprintf(OUT, " = %ld %d\n", result, errno);
        unmap_result(row, arg, result == -1 ? -errno : result);
        if (is_in(moves_memory, row->name))
            make_scratch();
        if (is_in(changes_process, row->name) || k % PUT_RIGHT == PUT_RIGHT - 1)
            put_right();
    }
    put_right();
    return n;
}

static bool is_left_out(const struct row *row)
{
    for (unsigned i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
        if (strcmp(left_out[i][0], row->name) == 0)
            return true;
    return row->state == ENOSYS_;
}

/* True in ring 0 of a system that reports itself as Hermit. */
static bool on_hermit(void)
{
    struct utsname name;
    unsigned long cs;
    __asm__("mov %%cs, %0" : "=r"(cs));
    return uname(&name) == 0 && strstr(name.release, "-hermit") != NULL && (cs & 3) == 0;
}

int main(int argc, char **argv)
{
    unsigned calls = 0, nr_rows = 0;
    if (!on_hermit()) {
        fputs("boundary_calls: refuses to run on anything but Hermit\n", stderr);
        return 2;
    }
    if (argc > 2)
        seed = strtoul(argv[2], NULL, 0);
    values[TEXT] = (long)&syscall;
    require(dup2(1, OUT) == OUT, "dup2");
    make_scratch();
    put_right();
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (is_left_out(&rows[i]) || (argc > 1 && strcmp(argv[1], rows[i].name) != 0))
            continue;
        dprintf(OUT, "%s\n", rows[i].name);
        calls += try_row(&rows[i], argc > 1);
        nr_rows++;
    }
    dprintf(OUT, "%u calls of %u kinds\n", calls, nr_rows);
    _exit(0);
}
