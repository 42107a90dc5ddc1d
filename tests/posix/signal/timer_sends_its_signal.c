/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A timer on each clock sends its signal with value, code and id, not before its time; relative and
 * absolute. */
#include "timers.h"

static void try_clock(clockid_t clock, const char *name, bool absolute, long long span)
{
    sigset_t set = block(SIGRTMIN + 3);
    timer_t timer = make_timer(clock, SIGRTMIN + 3, 4711);
    long long begin = now_ns(clock);
    siginfo_t info;

    arm(timer, absolute ? TIMER_ABSTIME : 0, absolute ? begin + span : span, 0);
    CHECK(take(&set, &info, 20000) == SIGRTMIN + 3);
    CHECK(now_ns(clock) - begin >= span);
    CHECK(info.si_code == SI_TIMER && info.si_value.sival_int == 4711 && info.si_overrun == 0);
    CHECK(info.si_timerid == (int)(intptr_t)timer);
    CHECK(take(&set, &info, 20) == 0);
    CHECK(timer_delete(timer) == 0);
    printf("%s, %s\n", name, absolute ? "absolute" : "relative");
}

int main(void)
{
    for (int absolute = 0; absolute < 2; absolute++) {
        try_clock(CLOCK_REALTIME, "real time", absolute, 10 * MS);
        try_clock(CLOCK_MONOTONIC, "monotonic", absolute, 10 * MS);
        try_clock(CLOCK_BOOTTIME, "since boot", absolute, 10 * MS);
        try_clock(CLOCK_MONOTONIC, "monotonic, at once", absolute, 1);
    }
    return check_done();
}
