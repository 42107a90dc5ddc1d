/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* pthread_kill runs the handler in the thread that it names;
 * signal 0 and bad numbers are checked. */
#include "check.h"

#define THREADS 4

static pthread_barrier_t barrier;
static __thread atomic_int hits;
static atomic_int elsewhere;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&hits, 1);
}

static void *body(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&barrier);
    while (atomic_load(&hits) == 0)
        sched_yield();
    pthread_barrier_wait(&barrier);
    if (atomic_load(&hits) != 1)
        atomic_fetch_add(&elsewhere, 1);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    signal(SIGUSR1, on_signal);
    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(body, NULL);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_kill(threads[i], 0) == 0);
        CHECK(pthread_kill(threads[i], 99) == EINVAL);
        CHECK(pthread_kill(threads[i], SIGUSR1) == 0);
    }
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    CHECK(atomic_load(&hits) == 0 && atomic_load(&elsewhere) == 0);
    return check_done();
}
