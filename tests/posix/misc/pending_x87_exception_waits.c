/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* An unmasked x87 exception that is pending goes through system calls, sleep and preemption, and
 * comes at the next instruction that waits for it. */
#include "check.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static siginfo_t seen;

static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    seen = *info;
    siglongjmp(back, 1);
}

static void *spin(void *flag)
{
    while (!atomic_load((atomic_int *)flag))
        ;
    return NULL;
}

/* Leaves 1/0 pending. */
static void divide(void)
{
    static const unsigned short unmasked = 0x37b;

    __asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp" ::"m"(unmasked));
}

static void show(const char *what)
{
    printf("%s: SIGFPE %d, division %d\n", what, seen.si_signo == SIGFPE,
           seen.si_code == FPE_FLTDIV);
    memset(&seen, 0, sizeof(seen));
    __asm__ volatile("fnclex\n\tfninit");
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    static atomic_int stop;

    REQUIRE(sigaction(SIGFPE, &action, NULL) == 0);
    pthread_t others[4];
    for (int i = 0; i < 4; i++)
        others[i] = start(spin, &stop);
    if (sigsetjmp(back, 1) == 0) {
        divide();
        (void)getppid();
        sleep_ms(2);
        sched_yield();
        for (volatile int i = 0; i < 300000; i++)
            ;
        (void)close(-1);
        __asm__ volatile("fwait");
    }
    show("x87");
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++)
        join(others[i]);
    return check_done();
}
