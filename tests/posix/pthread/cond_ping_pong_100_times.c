/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 timeout=120 */
/* Two threads hand a turn to and fro by condition variables; 100 repetitions without a hang. */
#include "check.h"

#define REPETITIONS 100
#define TURNS       50

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond[2] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};
static int turn, handed_over;

static void *play(void *argument)
{
    int self = (int)(intptr_t)argument;

    pthread_mutex_lock(&lock);
    for (int i = 0; i < TURNS; i++) {
        while (turn != self)
            pthread_cond_wait(&cond[self], &lock);
        turn = !self;
        handed_over++;
        pthread_cond_signal(&cond[!self]);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < REPETITIONS; i++) {
        pthread_t ping = start(play, (void *)0), pong = start(play, (void *)1);
        join(ping);
        join(pong);
    }
    printf("handed over %d times\n", handed_over);
    return check_done();
}
