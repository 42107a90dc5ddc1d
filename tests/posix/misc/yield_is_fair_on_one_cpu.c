/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* Threads pinned to one CPU that yield all get their turns. */
#include "check.h"

#define THREADS 4
#define TURNS   300

static atomic_int finished, started;
static long turns[THREADS];
static long least_when_first_ended = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *body(void *argument)
{
    int self = (int)(intptr_t)argument;

    atomic_fetch_add(&started, 1);
    await(&started, THREADS);
    for (int i = 0; i < TURNS; i++) {
        turns[self]++;
        sched_yield();
    }
    pthread_mutex_lock(&lock);
    if (atomic_fetch_add(&finished, 1) == 0) {
        least_when_first_ended = TURNS;
        for (int i = 0; i < THREADS; i++)
            if (turns[i] < least_when_first_ended)
                least_when_first_ended = turns[i];
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    cpu_set_t allowed, one;

    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &allowed))
            CPU_SET(cpu, &one);
    REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    CHECK(least_when_first_ended > TURNS / 10);
    return check_done();
}
