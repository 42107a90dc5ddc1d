/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* A plain mutex lets one thread in at a time; no increment is lost. */
#include "check.h"

#define THREADS 8
#define ROUNDS  2000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;
static atomic_int inside;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(pthread_mutex_lock(&lock) == 0);
        CHECK(atomic_fetch_add(&inside, 1) == 0);
        counter++;
        atomic_fetch_sub(&inside, 1);
        CHECK(pthread_mutex_unlock(&lock) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(count, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("counted %ld\n", counter);
    return check_done();
}
