/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A thousand threads at once have two blocks each, in five rounds; what they used serves the next
 * ones: after the second round memory gets no less. One block of each thread is freed by the main
 * thread when the other is gone.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

enum { THREADS = 1000, ROUNDS = 5, MIB = 1 << 20 };

static pthread_barrier_t all_here;
static atomic_int failures;

static size_t size_of(uintptr_t number)
{
    return 100 + number * 37 % 3000;
}

static void *body(void *argument)
{
    uintptr_t number = (uintptr_t)argument;
    unsigned char *block = malloc(size_of(number)), *kept = malloc(size_of(number));

    if (block == NULL || kept == NULL) {
        failures++;
    } else {
        memset(block, (int)number & 0xff, size_of(number));
        memset(kept, (int)number & 0xff, size_of(number));
    }
    pthread_barrier_wait(&all_here);
    if (block != NULL && block[size_of(number) - 1] != (number & 0xff))
        failures++;
    free(block);
    return kept;
}

static void one_round(void)
{
    static pthread_t threads[THREADS];
    pthread_attr_t attributes;
    void *kept;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    for (uintptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], &attributes, body, (void *)i) != 0) {
            printf("thread %d was not created\n", (int)i);
            exit(1);
        }
    }
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &kept);
        if (((unsigned char *)kept)[0] != (i & 0xff))
            failures++;
        free(kept);
    }
}

static long free_mib(void)
{
    struct sysinfo info;

    sysinfo(&info);
    return (long)(info.freeram * info.mem_unit / MIB);
}

int main(void)
{
    long after[ROUNDS];

    pthread_barrier_init(&all_here, NULL, THREADS);
    for (int i = 0; i < ROUNDS; i++) {
        one_round();
        after[i] = free_mib();
        printf("%ld MiB are free\n", after[i]);
    }
    if (failures != 0 || after[1] - after[ROUNDS - 1] > 8) {
        printf("%d failures, %ld MiB lost\n", failures, after[1] - after[ROUNDS - 1]);
        return 1;
    }
    return 0;
}
