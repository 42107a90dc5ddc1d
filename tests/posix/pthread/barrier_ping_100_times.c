/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 timeout=120 */
/* Four threads meet at a barrier 100 times 20, each meeting with one serial thread. */
#include "check.h"

#define THREADS     4
#define REPETITIONS 100
#define MEETINGS    20

static pthread_barrier_t barrier;
static atomic_int serial, arrived;

static void *meet(void *unused)
{
    (void)unused;
    for (int i = 0; i < MEETINGS; i++) {
        atomic_fetch_add(&arrived, 1);
        int result = pthread_barrier_wait(&barrier);
        CHECK(atomic_load(&arrived) >= (i + 1) * THREADS);
        if (result == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial, 1);
        else
            CHECK(result == 0);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < REPETITIONS; i++) {
        pthread_t threads[THREADS];
        atomic_store(&arrived, 0);
        REQUIRE(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
        for (int j = 0; j < THREADS; j++)
            threads[j] = start(meet, NULL);
        for (int j = 0; j < THREADS; j++)
            join(threads[j]);
        REQUIRE(pthread_barrier_destroy(&barrier) == 0);
    }
    printf("%d meetings had a serial thread\n", serial);
    return check_done();
}
