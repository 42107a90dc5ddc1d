/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* timer_gettime and the old setting of timer_settime tell time to the next expiry and interval;
 * SIGEV_NONE timers only run. */
#include "timers.h"

static void show(const char *what, timer_t timer, long long most)
{
    struct itimerspec now;

    REQUIRE(timer_gettime(timer, &now) == 0);
    long long value = in_ns(now.it_value);
    printf("%s: %s, interval %lld\n", what,
           value == 0                   ? "off"
           : value > 0 && value <= most ? "running"
                                        : "wrong",
           in_ns(now.it_interval));
}

int main(void)
{
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    struct itimerspec new = setting(5 * SEC, 0), old;
    sigset_t set = block(SIGUSR1);
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
    siginfo_t info;

    show("new", timer, 0);
    arm(timer, 0, 10 * SEC, 3 * MS);
    show("armed", timer, 10 * SEC);
    CHECK(timer_settime(timer, 0, &new, &old) == 0);
    CHECK(in_ns(old.it_value) > 0 && in_ns(old.it_value) <= 10 * SEC);
    CHECK(in_ns(old.it_interval) == 3 * MS);
    show("once", timer, 5 * SEC);
    arm(timer, 0, 0, 7 * MS);
    show("disarmed", timer, 0);
    arm(timer, TIMER_ABSTIME, now_ns(CLOCK_MONOTONIC) + 20 * SEC, 0);
    show("absolute", timer, 20 * SEC);
    arm(timer, 0, 1, 0);
    REQUIRE(take(&set, &info, 1000) == SIGUSR1);
    show("expired", timer, 0);
    arm(timer, 0, 1, 50 * MS);
    sleep_ms(10);
    show("pending", timer, 50 * MS);
    CHECK(timer_delete(timer) == 0);
    take(&set, &info, 0);

    REQUIRE(timer_create(CLOCK_MONOTONIC, &none, &timer) == 0);
    arm(timer, 0, 10 * SEC, 0);
    show("silent", timer, 10 * SEC);
    arm(timer, 0, 1 * MS, 0);
    sleep_ms(5);
    show("silent, expired", timer, 0);
    arm(timer, 0, 1, 30 * MS);
    sleep_ms(5);
    show("silent, periodic", timer, 30 * MS);
    CHECK(timer_delete(timer) == 0);
    return check_done();
}
