/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* What one thread reads from the monotonic clock is never before what another has published. */
#include "check.h"

#define THREADS 4
#define ROUNDS  3000

static _Atomic(long long) latest;
static atomic_int backwards;

static void *watch(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        long long published = atomic_load(&latest), now = now_ns(CLOCK_MONOTONIC);
        if (now < published)
            atomic_fetch_add(&backwards, 1);
        while (published < now && !atomic_compare_exchange_weak(&latest, &published, now))
            ;
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(watch, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("backwards %d times\n", backwards);
    return check_done();
}
