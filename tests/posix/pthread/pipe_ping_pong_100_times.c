/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 timeout=120 */
/* Two threads wake each other through pipes; 100 repetitions without a hang. */
#include "check.h"

#define REPETITIONS 100
#define TURNS       30

static int pipes[2][2];
static int passes;

static void *play(void *argument)
{
    int self = (int)(intptr_t)argument;
    char byte = 'x';

    for (int i = 0; i < TURNS; i++) {
        REQUIRE(read(pipes[self][0], &byte, 1) == 1);
        passes++;
        REQUIRE(write(pipes[!self][1], &byte, 1) == 1);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < REPETITIONS; i++) {
        REQUIRE(pipe(pipes[0]) == 0 && pipe(pipes[1]) == 0);
        REQUIRE(write(pipes[0][1], "x", 1) == 1);
        pthread_t ping = start(play, (void *)0), pong = start(play, (void *)1);
        join(ping);
        join(pong);
        for (int j = 0; j < 4; j++)
            REQUIRE(close(pipes[j / 2][j % 2]) == 0);
    }
    printf("passed %d times\n", passes);
    return check_done();
}
