/* SPDX-License-Identifier: BSD-3-Clause */
/* Sleeps for the given seconds with a sleeping thread on every CPU. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned seconds;

static void *sleeper(void *arg)
{
    sleep(seconds);
    return arg;
}

int main(int argc, char **argv)
{
    seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 10;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[256];
    if (cpus < 1 || cpus > 256)
        return 1;
    for (long i = 0; i < cpus; i++)
        if (pthread_create(&threads[i], NULL, sleeper, NULL) != 0)
            return 1;
    for (long i = 0; i < cpus; i++)
        pthread_join(threads[i], NULL);
    printf("%ld threads slept %u s\n", cpus, seconds);
    return 0;
}
