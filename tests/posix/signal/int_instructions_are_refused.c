/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* `int n` is SIGSEGV at the instruction but for the breakpoint's and overflow's numbers, and
 * disturbs neither timers nor other threads. */
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

static sigjmp_buf back;
static siginfo_t seen;
static long registers[NGREG];
static unsigned char *code;
static atomic_int ticks, stop;

static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    seen = *info;
    memcpy(registers, ((ucontext_t *)context)->uc_mcontext.gregs, sizeof(registers));
    siglongjmp(back, 1);
}

static void on_tick(int signo)
{
    (void)signo;
    atomic_fetch_add(&ticks, 1);
}

static void *yield_and_sleep(void *unused)
{
    while (!atomic_load(&stop)) {
        sched_yield();
        sleep_ms(1);
    }
    return unused;
}

/* Runs `int n`; what came of it is in `seen` and `registers`. */
static bool interrupt(int n)
{
    unsigned char *at = code + 4 * n;

    memset(&seen, 0, sizeof(seen));
    if (sigsetjmp(back, 1) != 0)
        return true;
    ((void (*)(void))at)();
    return false;
}

static bool refused(int n)
{
    return interrupt(n) && seen.si_signo == SIGSEGV && seen.si_code == SI_KERNEL &&
           seen.si_addr == NULL && registers[REG_TRAPNO] == 13 && registers[REG_ERR] == n * 8 + 2 &&
           registers[REG_RIP] == (long)(code + 4 * n);
}

static void all_numbers(void)
{
    for (int n = 0; n < 256; n++) {
        if (n == 0 || n == 1 || n == 3 || n == 4 || n == 6)
            continue;
#ifndef __hermit__
        if (n == 0x80)
            continue;
#endif
        if (!refused(n))
            printf("int %#x: signal %d, code %d, trap %ld, error %lx, rip %+ld\n", n, seen.si_signo,
                   seen.si_code, registers[REG_TRAPNO], registers[REG_ERR],
                   registers[REG_RIP] - (long)(code + 4 * n));
    }
}

int main(void)
{
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    struct sigaction tick = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 1000}, {0, 1000}}, never = {0};

    code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(code != MAP_FAILED);
    for (int n = 0; n < 256; n++)
        memcpy(code + 4 * n, (unsigned char[]){0xcd, (unsigned char)n, 0xc3}, 3);
    REQUIRE(mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0);
    REQUIRE(sigaction(SIGSEGV, &fault, NULL) == 0 && sigaction(SIGTRAP, &fault, NULL) == 0);
    REQUIRE(sigaction(SIGALRM, &tick, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
    pthread_t other = start(yield_and_sleep, NULL);
    for (int round = 0; round < 20; round++)
        all_numbers();
    for (int n = 3; n <= 4; n++)
        if (interrupt(n))
            printf("int %d: signal %d, code %#x, trap %ld, error %lx, rip %+ld\n", n, seen.si_signo,
                   seen.si_code, registers[REG_TRAPNO], registers[REG_ERR],
                   registers[REG_RIP] - (long)(code + 4 * n));
    int before = atomic_load(&ticks);
    while (atomic_load(&ticks) < before + 3) /* timers go on */
        sched_yield();
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    atomic_store(&stop, 1);
    join(other);
    return check_done();
}
