/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 timeout=120 */
/* Two threads wake each other by bare futexes; 100 repetitions without a hang. */
#include "futex.h"

#define REPETITIONS 100
#define TURNS       60

static atomic_int turn;

static void *play(void *argument)
{
    int self = (int)(intptr_t)argument;

    for (int i = 0; i < TURNS; i++) {
        while (atomic_load(&turn) != self)
            if (futex(&turn, FUTEX_WAIT_PRIVATE, !self, NULL, NULL, 0) != 0)
                CHECK(errno == EAGAIN || errno == EINTR);
        atomic_store(&turn, !self);
        CHECK(futex(&turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) >= 0);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < REPETITIONS; i++) {
        pthread_t ping = start(play, (void *)0), pong = start(play, (void *)1);
        join(ping);
        join(pong);
    }
    printf("%d repetitions\n", REPETITIONS);
    return check_done();
}
