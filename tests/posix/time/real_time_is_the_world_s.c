/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* gettimeofday, time and CLOCK_REALTIME agree and tell a date of this decade. */
#include "check.h"
#include <sys/time.h>

/* How far the real time runs from the monotonic one in 50 ms. */
static long long drift(void)
{
    long long monotonic = now_ns(CLOCK_MONOTONIC), real = now_ns(CLOCK_REALTIME);

    sleep_ms(50);
    return llabs((now_ns(CLOCK_REALTIME) - real) - (now_ns(CLOCK_MONOTONIC) - monotonic));
}

int main(void)
{
    struct timeval day;
    long long before = now_ns(CLOCK_REALTIME);

    CHECK(gettimeofday(&day, NULL) == 0);
    time_t seconds = time(NULL);
    long long after = now_ns(CLOCK_REALTIME);
    long long of_day = day.tv_sec * SEC + day.tv_usec * 1000LL;
    CHECK(of_day >= before - 1000 && of_day <= after);
    /* time() may come from a coarse clock that is a tick late. */
    CHECK(seconds >= before / SEC - 1 && seconds <= after / SEC);
    CHECK(before > 1700000000 * SEC && before < 4102444800 * SEC);
    int tries = 0;
    while (tries < TRIES && drift() >= 20 * MS)
        tries++;
    CHECK(tries < TRIES);
    return check_done();
}
