/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Time, signal, thread and information calls refuse wild pointers with EFAULT. */
#include "wild.h"
#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/timerfd.h>

int main(void)
{
    struct timespec shortly = {.tv_nsec = 1000};
    struct itimerspec setting = {.it_value.tv_sec = 1000};
    int word = 0, timer, timer_fd = timerfd_create(CLOCK_MONOTONIC, 0);

    REQUIRE(timer_fd >= 0 && syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &timer) == 0);

    const struct wild_call calls[] = {
        ROW(clock_gettime, 1, 0, CLOCK_MONOTONIC, 0),
        ROW(clock_gettime, 1, 0, CLOCK_PROCESS_CPUTIME_ID, 0),
        ROW(clock_getres, 1, TAKES_NULL, CLOCK_REALTIME, 0),
        ROW(clock_nanosleep, 2, 0, CLOCK_MONOTONIC, 0, 0, 0),
        ROW(nanosleep, 0, 0, 0, 0),
        ROW(gettimeofday, 0, TAKES_NULL, 0, 0),
        ROW(time, 0, TAKES_NULL, 0),
        ROW(times, 0, TAKES_NULL, 0),
        ROW(getrusage, 1, 0, RUSAGE_SELF, 0),
        ROW(getrlimit, 1, 0, RLIMIT_STACK, 0),
        ROW(setrlimit, 1, 0, RLIMIT_CORE, 0),
        ROW(prlimit64, 3, TAKES_NULL, 0, RLIMIT_STACK, 0, 0),
        ROW(uname, 0, 0, 0),
        ROW(sysinfo, 0, 0, 0),
        ROW(getrandom, 0, 0, 0, 16, 0),
        ROW(sched_getaffinity, 2, 0, 0, 128, 0),
        ROW(sched_setaffinity, 2, 0, 0, 128, 0),
        ROW(getcpu, 0, TAKES_NULL, 0, 0, 0),
        ROW(rt_sigaction, 1, TAKES_NULL, SIGUSR1, 0, 0, 8),
        ROW(rt_sigaction, 2, TAKES_NULL, SIGUSR1, 0, 0, 8),
        ROW(rt_sigprocmask, 1, TAKES_NULL, SIG_BLOCK, 0, 0, 8),
        ROW(rt_sigprocmask, 2, TAKES_NULL, SIG_BLOCK, 0, 0, 8),
        ROW(rt_sigpending, 0, 0, 0, 8),
        ROW(sigaltstack, 0, TAKES_NULL, 0, 0),
        ROW(sigaltstack, 1, TAKES_NULL, 0, 0),
        ROW(timer_create, 1, TAKES_NULL, CLOCK_MONOTONIC, 0, (long)&word),
        ROW(timer_create, 2, 0, CLOCK_MONOTONIC, 0, 0),
        ROW(timer_settime, 2, TAKES_NULL, timer, 0, 0, 0),
        ROW(timer_settime, 3, TAKES_NULL, timer, 0, (long)&setting, 0),
        ROW(timer_gettime, 1, 0, timer, 0),
        ROW(getitimer, 1, 0, ITIMER_REAL, 0),
        ROW(setitimer, 1, TAKES_NULL, ITIMER_REAL, 0, 0),
        ROW(setitimer, 2, TAKES_NULL, ITIMER_REAL, 0, 0),
        ROW(timerfd_settime, 2, 0, timer_fd, 0, 0, 0),
        ROW(timerfd_settime, 3, TAKES_NULL, timer_fd, 0, (long)&setting, 0),
        ROW(timerfd_gettime, 1, 0, timer_fd, 0),
        ROW(futex, 0, 0, 0, FUTEX_WAIT_PRIVATE, 0, (long)&shortly),
        ROW(futex, 3, TAKES_NULL, (long)&word, FUTEX_WAIT_PRIVATE, 1, 0),
    };
    TRY_WILD(calls);
    CHECK(word == 0);
    return check_done();
}
