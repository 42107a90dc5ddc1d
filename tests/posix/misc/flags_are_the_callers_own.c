/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* The flags DF, TF, NT and AC may be set at every way into the kernel: it works as ever, and they
 * are the same afterwards. Handlers start without DF and TF. */
#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>

#define TF  0x100UL
#define DF  0x400UL
#define NT  0x4000UL
#define AC  0x40000UL
#define ALL (TF | DF | NT | AC)

/* syscall(nr, a, b, c) with flags set; *after: the flags behind it. */
long flagged_call(unsigned long set, unsigned long *after, long nr, long a, long b, long c);
/* Adds 1 to *word with flags set. */
void flagged_touch(unsigned long set, unsigned long *after, unsigned *word);
/* Spins with flags set until *word is not 0. */
void flagged_spin(unsigned long set, unsigned long *after, atomic_int *word);

__asm__(".text\n"
        "flagged_call:\n\t"
        "pushq %rbx\n\tpushq %rbp\n\t"
        "movq %rdi, %rbp\n\tmovq %rsi, %rbx\n\t"
        "movq %rdx, %rdi\n\tmovq %rcx, %rsi\n\tmovq %r8, %rdx\n\tmovq %r9, %rcx\n\t"
        "xorl %eax, %eax\n\t"
        "pushfq\n\tpushfq\n\torq %rbp, (%rsp)\n\tpopfq\n\t"
        "call syscall@PLT\n\t"
        "pushfq\n\tpopq (%rbx)\n\tpopfq\n\t"
        "popq %rbp\n\tpopq %rbx\n\tret\n"
        "flagged_touch:\n\t"
        "pushfq\n\tpushfq\n\torq %rdi, (%rsp)\n\tpopfq\n\t"
        "addl $1, (%rdx)\n\t"
        "pushfq\n\tpopq (%rsi)\n\tpopfq\n\tret\n"
        "flagged_spin:\n\t"
        "pushfq\n\tpushfq\n\torq %rdi, (%rsp)\n\tpopfq\n"
        "1:\tcmpl $0, (%rdx)\n\tje 1b\n\t"
        "flagged_spin_end:\n\t"
        "pushfq\n\tpopq (%rsi)\n\tpopfq\n\tret\n");
extern const char flagged_spin_end[];

static unsigned long after, in_handler, in_frame;
static atomic_int steps, go, ticked;
static int ends[2];

static unsigned long flags_now(void)
{
    unsigned long flags;

    __asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags));
    return flags;
}

static void on_step(int signo)
{
    (void)signo;
    atomic_fetch_add(&steps, 1);
}

static void on_signal(int signo, siginfo_t *info, void *context)
{
    unsigned long flags = flags_now();
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)info;
    if (signo == SIGALRM && (uintptr_t)flagged_spin_end - (uintptr_t)registers[REG_RIP] > 8)
        return; /* not yet there */
    in_handler = flags;
    in_frame = (unsigned long)registers[REG_EFL];
    atomic_store(&ticked, 1);
}

static void *write_later(void *unused)
{
    sleep_ms(5);
    REQUIRE(write(ends[1], "abcdefghijklmnopqrstuvwxyz", 26) == 26);
    return unused;
}

static void *go_later(void *unused)
{
    sleep_ms(20);
    atomic_store(&go, 1);
    return unused;
}

static void calls(unsigned long set)
{
    struct timespec span = {0, 2000000}, cpu;
    char text[32] = "";
    int status[2] = {0};

    CHECK(flagged_call(set, &after, SYS_getpid, 0, 0, 0) == getpid());
    printf(" leaf %lx", after & ALL);
    CHECK(flagged_call(set, &after, SYS_clock_gettime, CLOCK_MONOTONIC, (long)&cpu, 0) == 0);
    CHECK(flagged_call(set, &after, SYS_close, -1, 0, 0) == -1);
    printf(" call %lx", after & ALL);
    CHECK(flagged_call(set, &after, SYS_nanosleep, (long)&span, 0, 0) == 0);
    printf(" sleep %lx", after & ALL);
    CHECK(flagged_call(set, &after, SYS_sched_yield, 0, 0, 0) == 0);
    pthread_t writer = start(write_later, NULL);
    CHECK(flagged_call(set, &after, SYS_read, ends[0], (long)text, sizeof(text)) == 26);
    printf(" read %lx", after & ALL);
    CHECK(strcmp(text, "abcdefghijklmnopqrstuvwxyz") == 0);
    CHECK(flagged_call(set, &after, SYS_pipe2, (long)status, 0, 0) == 0);
    CHECK(status[0] > ends[1] && status[1] > status[0]);
    close(status[0]);
    close(status[1]);
    join(writer);
}

static void traps(unsigned long set)
{
    unsigned *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(page != MAP_FAILED);
    flagged_touch(set, &after, page);
    printf(" fault %lx", after & ALL);
    CHECK(page[0] == 1 && page[1] == 0);
    munmap(page, 4096);
}

static void signals(unsigned long set)
{
    CHECK(flagged_call(set, &after, SYS_kill, getpid(), SIGUSR1, 0) == 0);
    printf(" handler %lx of %lx, back %lx", in_handler & ALL, in_frame & ALL, after & ALL);
}

/* Other threads run, and timers fire, meanwhile. */
static void interrupts(unsigned long set)
{
    struct itimerval soon = {{0, 1000}, {0, 1000}}, never = {0};
    pthread_t other = start(go_later, NULL);

    atomic_store(&ticked, 0);
    if (!(set & TF)) { /* the handler of the step would be what it interrupts */
        CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        flagged_spin(set, &after, &ticked);
        CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
        printf(" tick %lx of %lx, back %lx", in_handler & ALL, in_frame & ALL, after & ALL);
    }
    flagged_spin(set, &after, &go);
    printf(" preempted %lx\n", after & ALL);
    atomic_store(&go, 0);
    join(other);
}

int main(void)
{
    static const unsigned long sets[] = {0, DF, NT, AC, DF | NT | AC, TF, TF | DF | NT};
    struct sigaction step = {.sa_handler = on_step};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    REQUIRE(sigaction(SIGTRAP, &step, NULL) == 0 && pipe(ends) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGALRM, &action, NULL) == 0);
    for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
        printf("%lx:", sets[i]);
        atomic_store(&steps, 0);
        calls(sets[i]);
        traps(sets[i]);
        signals(sets[i]);
        interrupts(sets[i]);
        CHECK((atomic_load(&steps) > 40) == ((sets[i] & TF) != 0));
    }
    return check_done();
}
