/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* While its signal is pending a timer sends no second one; the expirations that were missed are in
 * si_overrun and timer_getoverrun, and the timer goes on. */
#include "timers.h"

static void try_signal(int signo)
{
    sigset_t set = block(signo);
    timer_t timer = make_timer(CLOCK_MONOTONIC, signo, 1);
    siginfo_t info;

    CHECK(timer_getoverrun(timer) == 0);
    long long begin = now_ns(CLOCK_MONOTONIC);
    arm(timer, 0, 10 * MS, 10 * MS);
    sleep_ms(105);
    REQUIRE(take(&set, &info, 1000) == signo);
    long long most = (now_ns(CLOCK_MONOTONIC) - begin) / (10 * MS) - 1;
    CHECK(info.si_overrun >= 9 && info.si_overrun <= most);
    CHECK(timer_getoverrun(timer) == info.si_overrun);
    CHECK(take(&set, &info, 1000) == signo);
    arm(timer, 0, 0, 0);
    take(&set, &info, 0); /* may have been on its way */
    CHECK(take(&set, &info, 50) == 0);

    arm(timer, 0, 1, 0); /* once: no overruns however long it is pending */
    sleep_ms(30);
    CHECK(take(&set, &info, 1000) == signo && info.si_overrun == 0);
    CHECK(timer_getoverrun(timer) == 0);
    CHECK(timer_delete(timer) == 0);
    CHECK(take(&set, &info, 0) == 0);
}

int main(void)
{
    try_signal(SIGRTMIN + 1);
    try_signal(SIGUSR2);
    return check_done();
}
