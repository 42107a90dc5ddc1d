/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks. The launcher runs on the stack of a second thread, which the first one only joins. So one
 * thread runs at a time, as all other files assume.
 */
#include "stack.h"

#include "report.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#define OWN_SIZE   (1UL << 20)
#define USUAL_SIZE (8UL << 20)
#define QEMU_MIN   (64UL << 10) /* QEMU 7.2 crashes with half of it */

static void *call(void *function)
{
    (*(void (**)(void))function)();
    return NULL;
}

void stack_run(void (*function)(void))
{
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr) == 0 && pthread_attr_setstacksize(&attr, OWN_SIZE) == 0 &&
        pthread_create(&thread, &attr, call, (void *)&function) == 0) {
        /* The second thread must take SIGTTIN, which ends its background read of the terminal. */
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, NULL);
        pthread_join(thread, NULL);
    } else {
        function(); /* the caller's stack may suffice */
    }
}

int stack_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= USUAL_SIZE) {
        return 0;
    }
    struct rlimit usual = {USUAL_SIZE, limit.rlim_max < USUAL_SIZE ? USUAL_SIZE : limit.rlim_max};
    if (setrlimit(RLIMIT_STACK, &usual) == 0) {
        return 0;
    }
    limit.rlim_cur = limit.rlim_max; /* raising the hard limit needs a privilege */
    if (setrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_max < QEMU_MIN) {
        return fail("QEMU cannot run with a stack of %llu KiB (ulimit -H -s); it needs %lu KiB",
                    (unsigned long long)limit.rlim_max >> 10, QEMU_MIN >> 10);
    }
    return 0;
}
