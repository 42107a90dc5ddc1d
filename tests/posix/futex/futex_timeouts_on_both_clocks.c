/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Relative and absolute timeouts end a wait at their time on their clock, not before. */
#include "futex.h"

static atomic_int word;

static void wait_relative(long long ns)
{
    struct timespec timeout = to_timespec(ns);
    long long begin = now_ns(CLOCK_MONOTONIC);

    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0), ETIMEDOUT);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= ns);
}

static void wait_absolute(clockid_t clock, int flag, long long ns)
{
    struct timespec timeout = deadline(clock, ns);

    CHECK_ERRNO(futex(&word, FUTEX_WAIT_BITSET_PRIVATE | flag, 0, &timeout, NULL, ~0u), ETIMEDOUT);
    CHECK(now_ns(clock) >= timeout.tv_sec * SEC + timeout.tv_nsec);
}

int main(void)
{
    struct timespec negative = {.tv_sec = -1}, wide = {.tv_nsec = SEC}, below = {.tv_nsec = -1};

    wait_relative(0);
    wait_relative(1);
    wait_relative(20 * MS);
    wait_absolute(CLOCK_MONOTONIC, 0, 20 * MS);
    wait_absolute(CLOCK_REALTIME, FUTEX_CLOCK_REALTIME, 20 * MS);
    wait_absolute(CLOCK_MONOTONIC, 0, -MS);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 0, &negative, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 0, &wide, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 0, &below, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 0, (void *)8, NULL, 0), EFAULT);
    return check_done();
}
