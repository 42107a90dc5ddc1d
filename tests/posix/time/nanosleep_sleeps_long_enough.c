/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Sleeps last at least their time, on both clocks, relative and absolute; wrong arguments are
 * EINVAL. */
#include "check.h"

static void sleep_until(clockid_t clock, long long ns)
{
    struct timespec when = deadline(clock, ns);

    CHECK(clock_nanosleep(clock, TIMER_ABSTIME, &when, NULL) == 0);
    CHECK(now_ns(clock) >= when.tv_sec * SEC + when.tv_nsec);
}

int main(void)
{
    static const long long times[] = {0, 1, 1000, 100000, 3 * MS, 30 * MS};
    struct timespec wide = {.tv_nsec = SEC}, negative = {.tv_sec = -1}, none = {0};

    for (int i = 0; i < 6; i++) {
        struct timespec rest = to_timespec(times[i]);
        long long begin = now_ns(CLOCK_MONOTONIC);
        CHECK(nanosleep(&rest, NULL) == 0);
        CHECK(now_ns(CLOCK_MONOTONIC) - begin >= times[i]);
        begin = now_ns(CLOCK_MONOTONIC);
        CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL) == 0);
        CHECK(now_ns(CLOCK_MONOTONIC) - begin >= times[i]);
        sleep_until(CLOCK_MONOTONIC, times[i]);
        sleep_until(CLOCK_REALTIME, times[i]);
    }
    sleep_until(CLOCK_REALTIME, -1000 * MS);
    CHECK_ERRNO(nanosleep(&wide, NULL), EINVAL);
    CHECK_ERRNO(nanosleep(&negative, NULL), EINVAL);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &wide, NULL) == EINVAL);
    CHECK(clock_nanosleep(77, 0, &none, NULL) == EINVAL);
    CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &none, NULL) == EINVAL);
    CHECK(usleep(1000) == 0);
    return check_done();
}
