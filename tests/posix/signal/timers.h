/* SPDX-License-Identifier: BSD-3-Clause */
/* Helpers of the programs about POSIX timers. */
#ifndef TESTS_POSIX_TIMERS_H
#define TESTS_POSIX_TIMERS_H

#include "check.h"

UNUSED static struct itimerspec setting(long long value, long long interval)
{
    return (struct itimerspec){.it_value = to_timespec(value),
                               .it_interval = to_timespec(interval)};
}

UNUSED static long long in_ns(struct timespec t)
{
    return t.tv_sec * SEC + t.tv_nsec;
}

/* A timer that sends `signo` with `value`. */
UNUSED static timer_t make_timer(clockid_t clock, int signo, int value)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signo};
    timer_t timer;

    event.sigev_value.sival_int = value;
    REQUIRE(timer_create(clock, &event, &timer) == 0);
    return timer;
}

UNUSED static void arm(timer_t timer, int flags, long long value, long long interval)
{
    struct itimerspec new = setting(value, interval);

    REQUIRE(timer_settime(timer, flags, &new, NULL) == 0);
}

UNUSED static sigset_t block(int signo)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    return set;
}

/* Takes the next signal of the set; 0: none within `ms`. */
UNUSED static int take(const sigset_t *set, siginfo_t *info, long ms)
{
    struct timespec limit = to_timespec(ms * MS);
    int signo;

    do
        signo = sigtimedwait(set, info, &limit);
    while (signo < 0 && errno == EINTR);
    return signo < 0 ? 0 : signo;
}

#endif
