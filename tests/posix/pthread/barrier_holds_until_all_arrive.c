/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Nobody passes a barrier before the last one arrives; bad counts are refused. */
#include "check.h"

#define THREADS 16
#define ROUNDS  25

static pthread_barrier_t barrier;
static atomic_int arrived, serial;

static void *meet(void *unused)
{
    (void)unused;
    for (int i = 1; i <= ROUNDS; i++) {
        atomic_fetch_add(&arrived, 1);
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial, 1);
        CHECK(atomic_load(&arrived) >= i * THREADS);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    CHECK(pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
    REQUIRE(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(meet, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("%d arrivals, %d serial\n", arrived, serial);
    return check_done();
}
