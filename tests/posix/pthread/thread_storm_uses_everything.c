/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 timeout=120 */
/* Threads that come and go while others lock, wait, sleep and allocate: the totals are right. */
#include "check.h"
#include <semaphore.h>

#define WAVES   15
#define THREADS 12

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t sem;
static long total;

static void *body(void *argument)
{
    long self = (long)argument;
    char *memory = malloc(1000 + 5000 * (size_t)self);

    REQUIRE(memory != NULL);
    memory[0] = (char)self;
    if (self % 3 == 0)
        sem_post(&sem);
    if (self % 3 == 1)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    if (self % 3 == 2 && self < 12)
        sem_wait(&sem);
    pthread_mutex_lock(&lock);
    total += memory[0];
    pthread_mutex_unlock(&lock);
    free(memory);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    sem_init(&sem, 0, 0);
    for (int wave = 0; wave < WAVES; wave++) {
        for (long i = 0; i < THREADS; i++)
            threads[i] = start(body, (void *)i);
        for (int i = 0; i < THREADS; i++)
            join(threads[i]);
    }
    printf("total %ld\n", total);
    return check_done();
}
