/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 linux=no */
/* Timers at absolute times of CLOCK_REALTIME follow the clock when it is set, relative ones and
 * those on CLOCK_MONOTONIC do not; TFD_TIMER_CANCEL_ON_SET tells. Not run on Linux, whose clock is
 * not ours to set. */
#include "check.h"
#include <poll.h>
#include <sys/timerfd.h>

static void move_clock(long long by)
{
    struct timespec new = deadline(CLOCK_REALTIME, by);

    REQUIRE(clock_settime(CLOCK_REALTIME, &new) == 0);
}

static int armed(clockid_t clock, int flags, long long from_now)
{
    int fd = timerfd_create(clock, TFD_NONBLOCK);
    struct itimerspec new = {.it_value = flags & TFD_TIMER_ABSTIME ? deadline(clock, from_now)
                                                                   : to_timespec(from_now)};

    REQUIRE(fd >= 0 && timerfd_settime(fd, flags, &new, NULL) == 0);
    return fd;
}

static bool expires(int fd, int ms)
{
    struct pollfd p = {fd, POLLIN, 0};

    return poll(&p, 1, ms) == 1;
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    int absolute = armed(CLOCK_REALTIME, TFD_TIMER_ABSTIME, 1000 * SEC);
    int relative = armed(CLOCK_REALTIME, 0, 1000 * SEC);
    int monotonic = armed(CLOCK_MONOTONIC, TFD_TIMER_ABSTIME, 1000 * SEC);
    int told = armed(CLOCK_REALTIME, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, 5000 * SEC);
    struct itimerspec new = {.it_value = deadline(CLOCK_REALTIME, 1000 * SEC)};
    struct timespec limit = {.tv_sec = 10};
    timer_t timer;
    uint64_t count;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    REQUIRE(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
    REQUIRE(timer_settime(timer, TIMER_ABSTIME, &new, NULL) == 0);

    CHECK(!expires(absolute, 20) && !expires(told, 0));
    move_clock(2000 * SEC);
    CHECK(sigtimedwait(&set, NULL, &limit) == SIGUSR1);
    CHECK(expires(absolute, 10000) && read(absolute, &count, 8) == 8 && count == 1);
    CHECK(expires(told, 10000));
    CHECK_ERRNO(read(told, &count, 8), ECANCELED);
    CHECK_ERRNO(read(told, &count, 8), EAGAIN);
    CHECK(!expires(relative, 20) && !expires(monotonic, 0));

    int later = armed(CLOCK_REALTIME, TFD_TIMER_ABSTIME, 30 * MS);
    move_clock(-1000 * SEC);
    CHECK(!expires(later, 60));
    CHECK_ERRNO(timerfd_settime(told, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &new, NULL),
                ECANCELED);
    return atomic_load(&check_failures) != 0; /* silent: there is no oracle */
}
