/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Reading a timer's descriptor gives the number of expirations since the last time, waiting for the
 * first; poll and select see it; the rest can be read. */
#include "check.h"
#include <poll.h>
#include <sys/timerfd.h>

static struct itimerspec setting(long long value, long long interval)
{
    return (struct itimerspec){.it_value = to_timespec(value),
                               .it_interval = to_timespec(interval)};
}

static void arm(int fd, int flags, long long value, long long interval)
{
    struct itimerspec new = setting(value, interval);

    REQUIRE(timerfd_settime(fd, flags, &new, NULL) == 0);
}

static void try_clock(clockid_t clock, bool absolute)
{
    int fd = timerfd_create(clock, TFD_CLOEXEC);
    struct pollfd poll_fd = {fd, POLLIN | POLLOUT, 0};
    long long begin = now_ns(clock);
    struct itimerspec now;
    uint64_t count = 0;

    REQUIRE(fd >= 0);
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    CHECK(timerfd_gettime(fd, &now) == 0 && now.it_value.tv_nsec == 0 && now.it_value.tv_sec == 0);
    CHECK(poll(&poll_fd, 1, 0) == 0);
    arm(fd, absolute ? TFD_TIMER_ABSTIME : 0, absolute ? begin + 20 * MS : 20 * MS, 10 * MS);
    CHECK(timerfd_gettime(fd, &now) == 0 && now.it_interval.tv_nsec == 10 * MS);
    CHECK(poll(&poll_fd, 1, 10000) == 1 && poll_fd.revents == POLLIN);
    CHECK(now_ns(clock) - begin >= 20 * MS);
    sleep_ms(35);
    CHECK(read(fd, &count, sizeof(count)) == sizeof(count));
    CHECK(count >= 4 && (long long)count <= (now_ns(clock) - begin) / (10 * MS) - 1);
    CHECK(read(fd, &count, sizeof(count)) == sizeof(count) && count >= 1);
    arm(fd, 0, 1, 0);
    CHECK(read(fd, &count, sizeof(count)) == sizeof(count) && count == 1);
    CHECK(poll(&poll_fd, 1, 20) == 0);
    arm(fd, 0, 1, 0);
    sleep_ms(5);
    arm(fd, 0, 0, 0); /* forgets what has expired */
    CHECK(poll(&poll_fd, 1, 0) == 0);
    CHECK(close(fd) == 0);
}

int main(void)
{
    for (int absolute = 0; absolute < 2; absolute++) {
        try_clock(CLOCK_MONOTONIC, absolute);
        try_clock(CLOCK_REALTIME, absolute);
        try_clock(CLOCK_BOOTTIME, absolute);
    }
    return check_done();
}
