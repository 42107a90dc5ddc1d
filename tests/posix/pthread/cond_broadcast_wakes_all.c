/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* One broadcast lets every waiter go, again and again. */
#include "check.h"

#define WAITERS 12
#define ROUNDS  20

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go = PTHREAD_COND_INITIALIZER, arrived = PTHREAD_COND_INITIALIZER;
static int waiting, round_number;

static void *wait_rounds(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < ROUNDS; i++) {
        if (++waiting == WAITERS)
            CHECK(pthread_cond_signal(&arrived) == 0);
        while (round_number == i)
            CHECK(pthread_cond_wait(&go, &lock) == 0);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    pthread_t threads[WAITERS];

    for (int i = 0; i < WAITERS; i++)
        threads[i] = start(wait_rounds, NULL);
    pthread_mutex_lock(&lock);
    for (int i = 0; i < ROUNDS; i++) {
        while (waiting < WAITERS)
            pthread_cond_wait(&arrived, &lock);
        waiting = 0;
        round_number++;
        CHECK(pthread_cond_broadcast(&go) == 0);
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < WAITERS; i++)
        join(threads[i]);
    printf("%d rounds of %d\n", round_number, WAITERS);
    return check_done();
}
