/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 timeout=120 */
/* Two threads wake each other by semaphores; 100 repetitions without a hang. */
#include "check.h"
#include <semaphore.h>

#define REPETITIONS 100
#define TURNS       50

static sem_t sem[2];
static int passes;

static void *play(void *argument)
{
    int self = (int)(intptr_t)argument;

    for (int i = 0; i < TURNS; i++) {
        REQUIRE(sem_wait(&sem[self]) == 0);
        passes++;
        REQUIRE(sem_post(&sem[!self]) == 0);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < REPETITIONS; i++) {
        REQUIRE(sem_init(&sem[0], 0, 1) == 0 && sem_init(&sem[1], 0, 0) == 0);
        pthread_t ping = start(play, (void *)0), pong = start(play, (void *)1);
        join(ping);
        join(pong);
    }
    printf("passed %d times\n", passes);
    return check_done();
}
