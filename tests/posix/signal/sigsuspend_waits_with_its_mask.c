/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* sigsuspend lets the signal in, returns EINTR after the handler and restores the mask. */
#include "check.h"

static atomic_int handled;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *send(void *argument)
{
    CHECK(pthread_kill(*(pthread_t *)argument, SIGUSR1) == 0);
    return NULL;
}

int main(void)
{
    sigset_t blocked, open, now;
    pthread_t self = pthread_self();

    signal(SIGUSR1, on_signal);
    sigemptyset(&open);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    CHECK(sigprocmask(SIG_BLOCK, &blocked, NULL) == 0);
    for (int i = 1; i <= 10; i++) {
        pthread_t sender = start(send, &self);
        CHECK_ERRNO(sigsuspend(&open), EINTR);
        join(sender);
        CHECK(atomic_load(&handled) == i);
        CHECK(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && sigismember(&now, SIGUSR1) == 1);
    }
    return check_done();
}
