/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Each signal lets at least one waiter go, and all signals together let all go. */
#include "check.h"

#define WAITERS 6

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;
static int waiting, tickets, served;

static void *wait_for_ticket(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_signal(&done);
    while (tickets == 0)
        CHECK(pthread_cond_wait(&cond, &lock) == 0);
    tickets--;
    served++;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    pthread_t threads[WAITERS];

    for (int i = 0; i < WAITERS; i++)
        threads[i] = start(wait_for_ticket, NULL);
    pthread_mutex_lock(&lock);
    while (waiting < WAITERS)
        pthread_cond_wait(&done, &lock);
    for (int i = 1; i <= WAITERS; i++) {
        tickets++;
        CHECK(pthread_cond_signal(&cond) == 0);
        while (served < i)
            pthread_cond_wait(&done, &lock);
        CHECK(served == i);
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < WAITERS; i++)
        join(threads[i]);
    printf("served %d\n", served);
    return check_done();
}
