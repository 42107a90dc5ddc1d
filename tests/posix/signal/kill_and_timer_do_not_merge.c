/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A signal that was sent by kill and the same from a timer are both pending, whichever came first;
 * two from kill are one. */
#include "timers.h"

static void show(const sigset_t *set)
{
    siginfo_t info;

    while (take(set, &info, 0) == SIGUSR1)
        printf(" %s", info.si_code == SI_TIMER ? "timer" : info.si_code == SI_USER ? "kill" : "?");
    puts(".");
}

int main(void)
{
    sigset_t set = block(SIGUSR1);
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);

    arm(timer, 0, 1, 0);
    sleep_ms(10);
    show(&set);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    show(&set);
    kill(getpid(), SIGUSR1);
    arm(timer, 0, 1, 0);
    sleep_ms(10);
    printf("%s", "together:");
    siginfo_t info;
    int timers = 0, kills = 0;
    while (take(&set, &info, 0) == SIGUSR1)
        info.si_code == SI_TIMER ? timers++ : kills++;
    printf(" %d timer, %d kill\n", timers, kills);
    CHECK(timer_delete(timer) == 0);
    return check_done();
}
