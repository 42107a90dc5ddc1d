/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A SCHED_FIFO thread that yields does not let one of lower priority run, nor does it sleep. */
#include "sched.h"

static atomic_int lower_ran, equal_ran, began;

static void *lower(void *policy)
{
    set_policy((int)(intptr_t)policy, policy == (void *)SCHED_FIFO ? 5 : 0);
    atomic_fetch_add(&lower_ran, 1);
    return NULL;
}

static void *equal(void *unused)
{
    (void)unused;
    set_policy(SCHED_FIFO, 10);
    atomic_fetch_add(&began, 1);
    for (int i = 0; i < 50; i++) {
        atomic_fetch_add(&equal_ran, 1);
        sched_yield();
    }
    return NULL;
}

static void *yielding(void *unused)
{
    (void)unused;
    struct rusage before, after;

    set_policy(SCHED_FIFO, 10);
    pthread_t low = start(lower, (void *)SCHED_FIFO), other = start(lower, (void *)SCHED_OTHER);
    /* They have inherited priority 10 and lower it in their first turn. */
    int seen = 0;
    REQUIRE(getrusage(RUSAGE_THREAD, &before) == 0);
    for (int i = 0; i < 500; i++)
        sched_yield();
    seen = atomic_load(&lower_ran);
    REQUIRE(getrusage(RUSAGE_THREAD, &after) == 0);
    printf("lower ones that ran: %d, yields that slept: %s\n", seen,
           after.ru_nvcsw - before.ru_nvcsw < 50 ? "none" : "many");
    atomic_store(&lower_ran, 0);
    pthread_t same = start(equal, NULL);
    for (int i = 0; i < 50; i++)
        sched_yield();
    CHECK(atomic_load(&equal_ran) > 40);
    join(low);
    join(other);
    join(same);
    return NULL;
}

int main(void)
{
    use_one_cpu();
    join(start(yielding, NULL));
    return check_done();
}
