/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* ITIMER_REAL and alarm share one timer that sends SIGALRM from the kernel; settings read back. */
#include "timers.h"
#include <sys/syscall.h>
#include <sys/time.h>

static volatile sig_atomic_t count;

static void on_alarm(int signo, siginfo_t *info, void *context)
{
    (void)context;
    if (signo == SIGALRM && info->si_code == SI_KERNEL && info->si_pid == 0)
        count++;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO};
    struct itimerval value = {.it_value.tv_usec = 5000, .it_interval.tv_usec = 3000}, old;
    struct itimerval wide = {.it_value.tv_usec = 1000000};

    REQUIRE(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && old.it_value.tv_sec == 0 &&
          old.it_value.tv_usec == 0);
    REQUIRE(setitimer(ITIMER_REAL, &value, NULL) == 0);
    while (count < 10)
        pause();
    puts("10 alarms");
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && old.it_interval.tv_usec == 3000);
    CHECK(alarm(100) <= 1);
    int last = count;
    CHECK(getitimer(ITIMER_REAL, &old) == 0 && old.it_value.tv_sec >= 98 &&
          old.it_interval.tv_usec == 0);
    CHECK(syscall(SYS_alarm, 200) == 100);
    CHECK(syscall(SYS_alarm, 0) == 200);
    CHECK(syscall(SYS_alarm, 0) == 0);
    sleep_ms(20);
    CHECK(count == last || count == last + 1);

    REQUIRE(alarm(1) == 0);
    long long begin = now_ns(CLOCK_MONOTONIC);
    last = count;
    while (count == last)
        pause();
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 990 * MS);

    CHECK_ERRNO(setitimer(7, &value, NULL), EINVAL);
    CHECK_ERRNO(getitimer(7, &value), EINVAL);
    CHECK_ERRNO(setitimer(ITIMER_REAL, &wide, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_setitimer, ITIMER_REAL, 1, NULL), EFAULT);
    CHECK_ERRNO(syscall(SYS_getitimer, ITIMER_REAL, 1), EFAULT);
    return check_done();
}
