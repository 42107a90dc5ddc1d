/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* SIGEV_THREAD_ID directs a timer's signal to one thread; SIGEV_THREAD calls a function in a thread
 * of its own; a timer whose thread has ended sends nothing. */
#include "timers.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id __sev_fields.sigev_notify_thread_id
#endif

static atomic_int tid, taken, calls;

static void *waits(void *argument)
{
    sigset_t set = block(SIGUSR1);
    siginfo_t info;

    (void)argument;
    atomic_store(&tid, gettid());
    for (int i = 0; i < 3; i++) {
        CHECK(take(&set, &info, 10000) == SIGUSR1 && info.si_code == SI_TIMER);
        atomic_fetch_add(&taken, 1);
    }
    return NULL;
}

static void on_expiry(union sigval value)
{
    CHECK(value.sival_int == 99);
    atomic_fetch_add(&calls, 1);
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
    struct sigevent call = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_expiry};
    timer_t timer;

    block(SIGUSR1);
    pthread_t thread = start(waits, NULL);
    while (atomic_load(&tid) == 0)
        sched_yield();
    event.sigev_notify_thread_id = atomic_load(&tid);
    REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    arm(timer, 0, 5 * MS, 5 * MS);
    join(thread);
    CHECK(atomic_load(&taken) == 3);
    sleep_ms(30);
    CHECK(timer_delete(timer) == 0);
    event.sigev_notify_thread_id = 0x3fffff;
    CHECK_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &timer), EINVAL);

    call.sigev_value.sival_int = 99;
    REQUIRE(timer_create(CLOCK_MONOTONIC, &call, &timer) == 0);
    arm(timer, 0, 3 * MS, 3 * MS);
    while (atomic_load(&calls) < 5)
        sleep_ms(1);
    CHECK(timer_delete(timer) == 0);
    sleep_ms(20);
    int last = atomic_load(&calls);
    sleep_ms(30);
    CHECK(atomic_load(&calls) == last);
    return check_done();
}
