/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 linux=no */
/*
 * Threads that no number of cores divides evenly come to have equal parts of them. Were they
 * not moved, some would have half of what others have for ever. A busy host runs the virtual CPUs
 * unevenly, and what it takes from one counts as time of the thread there: so each of some longer
 * and longer spans is looked at by itself, until one is even.
 */
#include "check.h"

#define THREADS 6
#define LONGEST 32 /* seconds */
#define EVEN    75 /* percent */

static atomic_int ready;
static atomic_bool stop;

static void *spin(void *unused)
{
    (void)unused;
    atomic_fetch_add(&ready, 1);
    while (!atomic_load(&stop))
        ;
    return NULL;
}

static long long used_by(pthread_t thread)
{
    clockid_t clock;

    REQUIRE(pthread_getcpuclockid(thread, &clock) == 0);
    return now_ns(clock);
}

int main(void)
{
    pthread_t threads[THREADS];
    long long begin[THREADS], least = 0, most = 1;

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(spin, NULL);
    while (atomic_load(&ready) < THREADS)
        sleep_ms(1);
    for (int span = 1; span <= LONGEST && least * 100 < most * EVEN; span *= 2) {
        for (int i = 0; i < THREADS; i++)
            begin[i] = used_by(threads[i]);
        sleep_ms(1000 * span);
        least = INT64_MAX;
        most = 1;
        for (int i = 0; i < THREADS; i++) {
            long long had = used_by(threads[i]) - begin[i];
            least = had < least ? had : least;
            most = had > most ? had : most;
        }
    }
    if (!CHECK(least * 100 >= most * EVEN))
        printf("least %lld ms, most %lld ms\n", least / MS, most / MS);
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    return atomic_load(&check_failures) != 0; /* silent, as nothing else promises an output */
}
