/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4,16 */
/* Threads that sleep for different times wake at theirs;
 * a short one is not held up by a long one. */
#include "check.h"

#define THREADS 20

static atomic_int order;
static int woke[THREADS];
static struct timespec base;

static void *doze(void *argument)
{
    int self = (int)(intptr_t)argument;
    struct timespec when = to_timespec(base.tv_sec * SEC + base.tv_nsec + self * 40 * MS);

    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == 0);
    CHECK(now_ns(CLOCK_MONOTONIC) >= when.tv_sec * SEC + when.tv_nsec);
    woke[self] = atomic_fetch_add(&order, 1);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    base = deadline(CLOCK_MONOTONIC, 300 * MS);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(doze, (void *)(intptr_t)((i * 7) % THREADS));
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    /* Neighbours may be swapped on a loaded machine, far ones not. */
    for (int i = 0; i + 8 < THREADS; i++)
        CHECK(woke[i] < woke[i + 8]);
    printf("%d woke\n", order);
    return check_done();
}
