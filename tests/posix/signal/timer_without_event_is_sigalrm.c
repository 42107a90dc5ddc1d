/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* timer_create without an event sends SIGALRM with the timer's id. */
#include "timers.h"

int main(void)
{
    sigset_t set = block(SIGALRM);
    timer_t timer;
    siginfo_t info;

    REQUIRE(timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0);
    arm(timer, 0, MS, 0);
    CHECK(take(&set, &info, 1000) == SIGALRM);
    CHECK(info.si_code == SI_TIMER && info.si_value.sival_int == (int)(intptr_t)timer);
    CHECK(timer_delete(timer) == 0);
    return check_done();
}
