/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 repeat=2 */
/* Timers created, armed, read and deleted by several threads at once, while they fire. */
#include "timers.h"

static atomic_int fired;

static void on_signal(int signo)
{
    (void)signo;
    atomic_fetch_add(&fired, 1);
}

static void *uses(void *shared)
{
    struct itimerspec now;

    for (int i = 0; i < 100; i++) {
        timer_t own = make_timer(i % 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME, SIGRTMIN + i % 3, i);
        arm(own, 0, 1 + i % 7 * 20000, i % 3 * 50000);
        arm(*(timer_t *)shared, 0, 1 + i % 5 * 10000, i % 4 * 30000);
        CHECK(timer_gettime(own, &now) == 0 && timer_getoverrun(own) >= 0);
        if (i % 4 == 0)
            sched_yield();
        CHECK(timer_delete(own) == 0);
    }
    return NULL;
}

int main(void)
{
    timer_t shared;
    pthread_t threads[6];

    for (int i = 0; i < 3; i++)
        REQUIRE(signal(SIGRTMIN + i, on_signal) != SIG_ERR);
    shared = make_timer(CLOCK_MONOTONIC, SIGRTMIN, 0);
    for (int i = 0; i < 6; i++)
        threads[i] = start(uses, &shared);
    for (int i = 0; i < 6; i++)
        join(threads[i]);
    CHECK(timer_delete(shared) == 0);
    CHECK(atomic_load(&fired) > 0);
    return check_done();
}
