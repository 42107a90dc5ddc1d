/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 linux=no */
/* Threads that no number of cores divides evenly have equal parts of them. */
#include "check.h"

#define THREADS 6

static atomic_int ready;
static atomic_bool stop;

static void *spin(void *unused)
{
    (void)unused;
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&ready) < THREADS)
        sched_yield();
    long long begin = now_ns(CLOCK_THREAD_CPUTIME_ID);
    while (!atomic_load(&stop))
        ;
    return (void *)(intptr_t)(now_ns(CLOCK_THREAD_CPUTIME_ID) - begin);
}

int main(void)
{
    pthread_t threads[THREADS];
    long long least = INT64_MAX, most = 0;

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(spin, NULL);
    sleep_ms(2500);
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++) {
        long long had = (intptr_t)join(threads[i]);
        least = had < least ? had : least;
        most = had > most ? had : most;
    }
    if (!CHECK(least * 100 >= most * 55)) /* else 50; a virtual CPU may stand still for a while */
        printf("least %lld ms, most %lld ms\n", least / MS, most / MS);
    return atomic_load(&check_failures) != 0; /* silent, as nothing else promises an output */
}
