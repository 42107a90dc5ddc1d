/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* A new thread starts with its creator's mask; changing it does not touch the creator's. */
#include "check.h"

static int blocked(int signal)
{
    sigset_t mask;

    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0);
    return sigismember(&mask, signal);
}

static void *body(void *unused)
{
    sigset_t set;

    (void)unused;
    printf("thread: USR1 %d, USR2 %d\n", blocked(SIGUSR1), blocked(SIGUSR2));
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(pthread_sigmask(SIG_SETMASK, &set, NULL) == 0);
    printf("thread: USR1 %d, USR2 %d\n", blocked(SIGUSR1), blocked(SIGUSR2));
    return NULL;
}

int main(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK(pthread_sigmask(SIG_SETMASK, &set, NULL) == 0);
    join(start(body, NULL));
    printf("main: USR1 %d, USR2 %d\n", blocked(SIGUSR1), blocked(SIGUSR2));
    return check_done();
}
