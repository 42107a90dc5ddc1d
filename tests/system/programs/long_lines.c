/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that write long lines to the same stream, each of one letter. */
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define THREADS 6
#define LINES   100
#define LENGTH  6000

static void *write_lines(void *argument)
{
    char line[LENGTH];

    memset(line, 'a' + (int)(intptr_t)argument, sizeof(line));
    line[LENGTH - 1] = '\n';
    for (int i = 0; i < LINES; i++)
        if (write(1, line, sizeof(line)) != sizeof(line))
            _exit(1);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (intptr_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, write_lines, (void *)i) != 0)
            return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
