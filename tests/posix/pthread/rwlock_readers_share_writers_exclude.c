/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Readers hold a rwlock together, a writer alone. */
#include "check.h"

#define READERS 4
#define WRITERS 3
#define ROUNDS  300

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t together;
static atomic_int readers, writers;
static long value[2];

static void *read_side(void *unused)
{
    (void)unused;
    /* All readers meet inside: it would hang if they excluded each other. */
    CHECK(pthread_rwlock_rdlock(&lock) == 0);
    pthread_barrier_wait(&together);
    CHECK(pthread_rwlock_unlock(&lock) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(pthread_rwlock_rdlock(&lock) == 0);
        atomic_fetch_add(&readers, 1);
        CHECK(atomic_load(&writers) == 0 && value[0] == value[1]);
        atomic_fetch_sub(&readers, 1);
        CHECK(pthread_rwlock_unlock(&lock) == 0);
    }
    return NULL;
}

static void *write_side(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&together);
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(pthread_rwlock_wrlock(&lock) == 0);
        CHECK(atomic_fetch_add(&writers, 1) == 0 && atomic_load(&readers) == 0);
        value[0]++;
        value[1]++;
        atomic_fetch_sub(&writers, 1);
        CHECK(pthread_rwlock_unlock(&lock) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[READERS + WRITERS];

    REQUIRE(pthread_barrier_init(&together, NULL, READERS + WRITERS) == 0);
    for (int i = 0; i < READERS + WRITERS; i++)
        threads[i] = start(i < READERS ? read_side : write_side, NULL);
    for (int i = 0; i < READERS + WRITERS; i++)
        join(threads[i]);
    printf("written %ld times\n", value[0]);
    return check_done();
}
