/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors of the timer calls, in Linux's order. */
#include "timers.h"
#include <sys/syscall.h>

static long create(clockid_t clock, int notify, int signo)
{
    struct sigevent event = {.sigev_notify = notify, .sigev_signo = signo};
    int id;
    long result = syscall(SYS_timer_create, clock, &event, &id);

    if (result == 0)
        syscall(SYS_timer_delete, id);
    return result;
}

int main(void)
{
    struct itimerspec good = setting(SEC, 0), wide = good, negative = good, interval = good, old;
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);

    wide.it_value.tv_nsec = SEC;
    negative.it_value.tv_sec = -1;
    interval.it_interval.tv_nsec = -1;
    CHECK_ERRNO(timer_settime(timer, 0, &wide, NULL), EINVAL);
    CHECK_ERRNO(timer_settime(timer, 0, &negative, NULL), EINVAL);
    CHECK_ERRNO(timer_settime(timer, 0, &interval, NULL), EINVAL);
    CHECK_ERRNO(timer_settime(timer, 0, NULL, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_settime, 12345, 0, &good, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_settime, -1, 0, &good, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_gettime, 12345, &old), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_getoverrun, 12345), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_delete, 12345), EINVAL);
    CHECK_ERRNO(syscall(SYS_timer_gettime, (int)(intptr_t)timer, 1), EFAULT);

    CHECK_ERRNO(create(1000, SIGEV_SIGNAL, SIGUSR1), EINVAL);
    CHECK_ERRNO(create(CLOCK_MONOTONIC_RAW, SIGEV_SIGNAL, SIGUSR1), EOPNOTSUPP);
    CHECK_ERRNO(create(CLOCK_REALTIME_COARSE, SIGEV_SIGNAL, SIGUSR1), EOPNOTSUPP);
    CHECK_ERRNO(create(CLOCK_MONOTONIC, SIGEV_SIGNAL, 0), EINVAL);
    CHECK_ERRNO(create(CLOCK_MONOTONIC, SIGEV_SIGNAL, 65), EINVAL);
    CHECK_ERRNO(create(CLOCK_MONOTONIC, 3, SIGUSR1), EINVAL);
    CHECK_ERRNO(create(CLOCK_MONOTONIC, 5, SIGUSR1), EINVAL);
    CHECK_ERRNO(create(CLOCK_MONOTONIC, -1, SIGUSR1), EINVAL);
    CHECK(create(CLOCK_MONOTONIC, SIGEV_NONE, 0) == 0);
    CHECK(create(CLOCK_TAI, SIGEV_SIGNAL, 64) == 0);
    CHECK(create(CLOCK_MONOTONIC, SIGEV_THREAD, SIGUSR1) == 0);
    CHECK_ERRNO(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, 1), EFAULT);
    CHECK(timer_delete(timer) == 0);
    return check_done();
}
