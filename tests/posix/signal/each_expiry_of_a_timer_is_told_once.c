/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 linux=no */
/*
 * One thread sets a timer again and again, another takes its signals: an expiry while the signal of
 * the one before is out, or is just being taken, is counted by that signal, and none is lost. So
 * did Linux, whose newer versions drop the signal of an earlier setting.
 */
#include "check.h"

#define SETTINGS 2000

static timer_t timer;
static atomic_int expired;

static void *set_again(void *arg)
{
    struct itimerspec once = {.it_value.tv_nsec = 1}, left;

    for (int i = 0; i < SETTINGS; i++) {
        CHECK(timer_settime(timer, 0, &once, NULL) == 0);
        do {
            CHECK(timer_gettime(timer, &left) == 0);
        } while (left.it_value.tv_nsec != 0 && sched_yield() == 0);
        atomic_fetch_add(&expired, 1);
        if (i % 16 == 0)
            sched_yield(); /* lets the other one take some */
    }
    return arg;
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    struct timespec patience = {.tv_sec = 10};
    siginfo_t info;
    sigset_t set;
    pthread_t thread;
    int told = 0, signals = 0;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    REQUIRE(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    REQUIRE(pthread_create(&thread, NULL, set_again, NULL) == 0);
    while (told < SETTINGS && CHECK(sigtimedwait(&set, &info, &patience) == SIGRTMIN)) {
        told += 1 + info.si_overrun;
        signals++;
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(expired == SETTINGS);
    CHECK(told == SETTINGS && signals <= SETTINGS);
    patience.tv_sec = 0;
    CHECK(sigtimedwait(&set, NULL, &patience) < 0);
    return check_failures != 0;
}
