/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Timers on processor-time clocks fire after so much work of the thread or process, not of sleep;
 * so do ITIMER_VIRTUAL and ITIMER_PROF. */
#include "timers.h"
#include <sys/time.h>

static void work(clockid_t clock, long long ns)
{
    long long end = now_ns(clock) + ns;

    while (now_ns(clock) < end)
        for (volatile int i = 0; i < 20000; i++) /* in the program, as ITIMER_VIRTUAL wants */
            ;
}

/* The timer does not fire for time asleep. A busy host may make the thread use more than it meant
 * to: then that is tried again. */
static void try_asleep(clockid_t clock, timer_t timer, sigset_t *set)
{
    struct itimerspec rest;
    siginfo_t info;

    for (int tries = 0; tries < TRIES; tries++) {
        long long begin = now_ns(clock);
        arm(timer, 0, 50 * MS, 0);
        sleep_ms(80);
        bool fired = take(set, &info, 0) != 0;
        REQUIRE(timer_gettime(timer, &rest) == 0);
        if (now_ns(clock) - begin < 50 * MS) {
            CHECK(!fired);
            CHECK(in_ns(rest.it_value) > 0 && in_ns(rest.it_value) <= 50 * MS);
            return;
        }
    }
    CHECK(!"asleep for less than 50 ms of processor time");
}

static void try_clock(clockid_t clock)
{
    sigset_t set = block(SIGUSR1);
    timer_t timer = make_timer(clock, SIGUSR1, 5);
    siginfo_t info;

    try_asleep(clock, timer, &set);
    work(clock, 200 * MS); /* a loaded host may be late */
    CHECK(take(&set, &info, 0) == SIGUSR1 && info.si_code == SI_TIMER);
    arm(timer, TIMER_ABSTIME, now_ns(clock) - 1, 0);
    work(clock, 20 * MS);
    CHECK(take(&set, &info, 0) == SIGUSR1);
    CHECK(timer_delete(timer) == 0);
}

static void try_itimer(int which, int signo)
{
    struct itimerval value = {.it_value.tv_usec = 30000, .it_interval.tv_usec = 10000};
    sigset_t set = block(signo);
    siginfo_t info;

    REQUIRE(setitimer(which, &value, NULL) == 0);
    for (int i = 0; i < 3; i++) {
        long long begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        sleep_ms(40);
        do
            work(CLOCK_PROCESS_CPUTIME_ID, MS);
        while (take(&set, &info, 0) == 0 && now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin < 10 * SEC);
        CHECK(info.si_signo == signo && info.si_code == SI_KERNEL);
        CHECK(i > 0 || now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin >= 20 * MS);
        info.si_signo = 0;
    }
    value = (struct itimerval){0};
    CHECK(setitimer(which, &value, &value) == 0);
    CHECK(value.it_interval.tv_usec == 10000);
    take(&set, &info, 0);
}

int main(void)
{
    try_clock(CLOCK_THREAD_CPUTIME_ID);
    try_clock(CLOCK_PROCESS_CPUTIME_ID);
    try_itimer(ITIMER_PROF, SIGPROF);
    try_itimer(ITIMER_VIRTUAL, SIGVTALRM);
    return check_done();
}
