/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Several timers with the same signal, even a standard one, have one pending signal each. */
#include "timers.h"

int main(void)
{
    sigset_t set = block(SIGUSR1);
    bool seen[8] = {false};
    timer_t timers[8];
    siginfo_t info;

    for (int i = 0; i < 8; i++) {
        timers[i] = make_timer(CLOCK_MONOTONIC, SIGUSR1, i);
        arm(timers[i], 0, (8 - i) * MS, 0);
    }
    sleep_ms(30);
    for (int i = 0; i < 8; i++) {
        REQUIRE(take(&set, &info, 1000) == SIGUSR1);
        int n = info.si_value.sival_int;
        CHECK(n >= 0 && n < 8 && !seen[n]);
        seen[n & 7] = true;
    }
    CHECK(take(&set, &info, 0) == 0);
    for (int i = 0; i < 8; i++)
        CHECK(timer_delete(timers[i]) == 0);
    return check_done();
}
