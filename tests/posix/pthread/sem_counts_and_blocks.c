/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* A semaphore admits as many as its value; trywait, timedwait and overflow report themselves. */
#include "check.h"
#include <limits.h>
#include <semaphore.h>

#define THREADS 8
#define ROUNDS  200
#define PLACES  3

static sem_t places;
static atomic_int inside, highest_excess;

static void *visit(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        REQUIRE(sem_wait(&places) == 0);
        if (atomic_fetch_add(&inside, 1) >= PLACES)
            atomic_fetch_add(&highest_excess, 1);
        atomic_fetch_sub(&inside, 1);
        REQUIRE(sem_post(&places) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    sem_t single;
    int value;

    REQUIRE(sem_init(&places, 0, PLACES) == 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(visit, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    CHECK(sem_getvalue(&places, &value) == 0);
    printf("value %d, excess %d\n", value, highest_excess);
    CHECK(sem_init(&single, 0, 0) == 0);
    CHECK_ERRNO(sem_trywait(&single), EAGAIN);
    struct timespec soon = deadline(CLOCK_REALTIME, 15 * MS);
    CHECK_ERRNO(sem_timedwait(&single, &soon), ETIMEDOUT);
    CHECK(sem_post(&single) == 0);
    CHECK(sem_timedwait(&single, &soon) == 0);
    CHECK_ERRNO(sem_init(&single, 0, (unsigned)INT_MAX + 1), EINVAL);
    CHECK(sem_init(&single, 0, INT_MAX) == 0);
    CHECK_ERRNO(sem_post(&single), EOVERFLOW);
    return check_done();
}
