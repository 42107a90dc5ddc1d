/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* A spin lock excludes, also with more threads than CPUs. */
#include "check.h"

#define THREADS 4
#define ROUNDS  500

static pthread_spinlock_t lock;
static long counter;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(pthread_spin_lock(&lock) == 0);
        counter++;
        CHECK(pthread_spin_unlock(&lock) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    CHECK(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    CHECK(pthread_spin_trylock(&lock) == 0);
    CHECK(pthread_spin_trylock(&lock) == EBUSY);
    CHECK(pthread_spin_unlock(&lock) == 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(count, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("counted %ld\n", counter);
    return check_done();
}
