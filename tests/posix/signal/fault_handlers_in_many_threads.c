/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4,16 */
/* Threads that fault at the same time each get their own address in their own handler. */
#include "check.h"
#include <setjmp.h>

#define THREADS 8
#define ROUNDS  100

static __thread sigjmp_buf back;
static __thread void *seen;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    seen = info->si_addr;
    siglongjmp(back, 1);
}

static void *fault(void *argument)
{
    volatile uintptr_t address = 64 * (1 + (uintptr_t)argument);
    volatile long good = 0;

    for (volatile int i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0)
            *(volatile char *)address = 1;
        good += seen == (void *)address;
        seen = NULL;
    }
    return (void *)good;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    pthread_t threads[THREADS];
    long good = 0;

    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    for (uintptr_t i = 0; i < THREADS; i++)
        threads[i] = start(fault, (void *)i);
    for (int i = 0; i < THREADS; i++)
        good += (long)join(threads[i]);
    printf("%ld faults handled\n", good);
    return check_done();
}
