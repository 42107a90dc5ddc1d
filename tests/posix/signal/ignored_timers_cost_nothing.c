/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A periodic timer whose signal is ignored goes on, even with a period of 1 ns, and the program
 * too; once a handler is there it runs; blocked, it is kept. */
#include "timers.h"

static volatile sig_atomic_t count;

static void on_signal(int signo)
{
    (void)signo;
    count++;
}

int main(void)
{
    REQUIRE(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    timer_t fast = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
    arm(fast, 0, 1, 1);
    sleep_ms(30);
    CHECK(timer_delete(fast) == 0);

    timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
    arm(timer, 0, 2 * MS, 2 * MS);
    sleep_ms(20);
    REQUIRE(signal(SIGUSR1, on_signal) != SIG_ERR);
    while (count < 3)
        pause();
    CHECK(timer_delete(timer) == 0);

    sigset_t set = block(SIGURG); /* ignored by default, but waited for by the main thread */
    siginfo_t info;
    timer = make_timer(CLOCK_MONOTONIC, SIGURG, 0);
    arm(timer, 0, 10 * MS, 0);
    CHECK(take(&set, &info, 10000) == SIGURG);
    arm(timer, 0, 1, 1);
    sleep_ms(5);
    CHECK(signal(SIGURG, SIG_IGN) != SIG_ERR);
    CHECK(timer_delete(timer) == 0);
    return check_done();
}
