/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads write short lines alternately to stdout and stderr, each line by one write. A lock keeps
 * the order of the lines; without it ("free") only each thread's own order is certain. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define LINES   1000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total, locked;

static void write_line(int thread, int number)
{
    char line[64];
    int n = snprintf(line, sizeof(line), "%d %d.%d\n", total++, thread, number);

    if (write(1 + number % 2, line, (size_t)n) != n)
        exit(1);
}

static void *writer(void *arg)
{
    int thread = (int)(long)arg;

    for (int i = 0; i < LINES; i++) {
        if (locked)
            pthread_mutex_lock(&lock);
        write_line(thread, i);
        if (locked)
            pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];

    locked = argc < 2 || strcmp(argv[1], "free") != 0;
    for (long i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, writer, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
