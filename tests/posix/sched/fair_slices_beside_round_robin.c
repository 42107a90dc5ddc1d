/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A SCHED_RR thread that runs now and then leaves the slices of the others as they are. */
#include "sched.h"

static void *often(void *unused)
{
    (void)unused;
    set_policy(SCHED_RR, 1);
    while (!atomic_load(&stop_spinning)) {
        long long begin = now_ns(CLOCK_MONOTONIC);
        while (now_ns(CLOCK_MONOTONIC) - begin < 1 * MS)
            ;
        sleep_ms(60);
    }
    return NULL;
}

static atomic_int last_seen;

/* Returns how often it ran after the other had. */
static void *take_turns(void *number)
{
    int self = (int)(intptr_t)number;
    intptr_t turns = 0;

    while (!atomic_load(&stop_spinning))
        turns += atomic_exchange(&last_seen, self) != self;
    return (void *)turns;
}

/* Turns of two spinning threads in 800 ms of processor time. */
static long count_turns(void)
{
    atomic_store(&stop_spinning, false);
    pthread_t a = start(take_turns, (void *)1), b = start(take_turns, (void *)2);
    pthread_t rr = start(often, NULL);
    long long begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);

    while (now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin < 800 * MS)
        sleep_ms(400);
    atomic_store(&stop_spinning, true);
    long turns = (intptr_t)join(a) + (intptr_t)join(b);
    join(rr);
    return turns;
}

int main(void)
{
    long turns = 0;

    use_one_cpu();
    /* Hundreds; 20 or fewer each time, if one has the third's slice of 100 ms whenever that has
     * run. */
    for (int tries = 0; tries < TRIES && turns <= 30; tries++)
        turns = count_turns();
    if (!CHECK(turns > 30))
        printf("turns: %ld\n", turns);
    return check_done();
}
