/* SPDX-License-Identifier: BSD-3-Clause */
/* Allocates the given number of MiB, writes every word by 4 threads and verifies it. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4

static uint64_t *memory;
static size_t words_each;

static void *fill(void *argument)
{
    size_t from = (size_t)argument * words_each;

    for (size_t i = from; i < from + words_each; i++)
        memory[i] = i ^ 0x5555555555555555;
    return NULL;
}

static void *verify(void *argument)
{
    size_t from = (size_t)argument * words_each, wrong = 0;

    for (size_t i = from; i < from + words_each; i++)
        wrong += memory[i] != (i ^ 0x5555555555555555);
    return (void *)wrong;
}

static size_t by_threads(void *(*body)(void *))
{
    pthread_t threads[THREADS];
    size_t sum = 0;
    void *result;

    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, body, (void *)i) != 0)
            exit(2);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &result);
        sum += (size_t)result;
    }
    return sum;
}

int main(int argc, char **argv)
{
    size_t bytes = argc > 1 ? (size_t)atol(argv[1]) << 20 : 1 << 20;

    memory = malloc(bytes);
    if (memory == NULL) {
        perror("malloc");
        return 1;
    }
    words_each = bytes / sizeof(*memory) / THREADS;
    by_threads(fill);
    size_t wrong = by_threads(verify);
    printf("%zu MiB, %zu words wrong\n", bytes >> 20, wrong);
    return wrong != 0;
}
