/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A periodic timer interrupts a computing thread again and again, and a sleeping one; a deleted one
 * does not. */
#include "timers.h"

static volatile sig_atomic_t count;

static void on_signal(int signo, siginfo_t *info, void *context)
{
    (void)context;
    if (signo == SIGUSR1 && info->si_code == SI_TIMER && info->si_value.sival_int == 7)
        count++;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 7);
    arm(timer, 0, 2 * MS, 2 * MS);
    while (count < 20)
        ;
    puts("20 while computing");
    while (count < 25)
        pause();
    puts("5 while sleeping");
    CHECK(timer_delete(timer) == 0);
    int last = count;
    sleep_ms(30);
    CHECK(count == last);
    return check_done();
}
