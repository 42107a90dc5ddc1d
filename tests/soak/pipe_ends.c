/* SPDX-License-Identifier: BSD-3-Clause */
/* pipe_ends [ROUNDS]: two threads close the two ends of a pipe at once, again and again. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long rounds = 1000;
static int end[2];
static atomic_long begun, closed; /* rounds */

static void await(atomic_long *count, long value)
{
    for (int spins = 0; atomic_load(count) < value; spins++)
        if (spins > 100)
            sched_yield();
}

static void must(int result)
{
    if (result != 0) {
        perror("pipe");
        exit(1);
    }
}

static void *close_reader(void *arg)
{
    for (long i = 1; i <= rounds; i++) {
        await(&begun, i);
        must(close(end[0]));
        atomic_store(&closed, i);
    }
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t other;
    if (argc > 1)
        rounds = atol(argv[1]);
    pthread_create(&other, NULL, close_reader, NULL);
    for (long i = 1; i <= rounds; i++) {
        must(pipe(end));
        atomic_store(&begun, i);
        must(close(end[1]));
        await(&closed, i);
    }
    pthread_join(other, NULL);
    printf("%ld rounds\n", rounds);
    return 0;
}
