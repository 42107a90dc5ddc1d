/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* pthread_once runs its function once and all callers wait for its end. */
#include "check.h"

#define THREADS 16
#define ROUNDS  20

static pthread_once_t once[ROUNDS];
static atomic_int calls, finished;
static pthread_barrier_t barrier;

static void initialise(void)
{
    atomic_fetch_add(&calls, 1);
    sched_yield();
    atomic_fetch_add(&finished, 1);
}

static void *call_once(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&barrier);
        CHECK(pthread_once(&once[i], initialise) == 0);
        CHECK(atomic_load(&finished) >= i + 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(call_once, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("%d calls\n", calls);
    return check_done();
}
