/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* Threads pinned to one CPU that yield all get their turns. */
#include "sched.h"

#define THREADS 4
#define TURNS   40
#define ROUNDS  20

static atomic_int finished, started;
static atomic_int turns[THREADS];
static int fair_rounds;

/* The first to have had all its turns looks how many the others had. */
static void look(void)
{
    int least = TURNS;

    for (int i = 0; i < THREADS; i++)
        least = atomic_load(&turns[i]) < least ? atomic_load(&turns[i]) : least;
    fair_rounds += least > TURNS / 4;
}

static void *body(void *argument)
{
    int self = (int)(intptr_t)argument;

    for (int round = 0; round < ROUNDS; round++) {
        atomic_store(&turns[self], 0);
        atomic_fetch_add(&started, 1);
        while (atomic_load(&started) < (round + 1) * THREADS)
            sched_yield();
        for (int i = 0; i < TURNS; i++) {
            atomic_fetch_add(&turns[self], 1);
            sched_yield();
        }
        if (atomic_fetch_add(&finished, 1) == round * THREADS)
            look();
        while (atomic_load(&finished) < (round + 1) * THREADS)
            sched_yield();
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    use_one_cpu();
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    /* One that was running while a busy host stood still owes that time to the others. */
    if (!CHECK(fair_rounds >= 3))
        printf("fair rounds: %d\n", fair_rounds);
    return check_done();
}
