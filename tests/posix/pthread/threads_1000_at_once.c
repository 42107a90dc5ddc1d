/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4,16 timeout=120 mem=512M */
/* 1,000 threads live at the same time, meet, and are joined. */
#include "check.h"

#define THREADS 1000

static pthread_barrier_t barrier;
static atomic_int sum;

static void *body(void *argument)
{
    pthread_barrier_wait(&barrier);
    atomic_fetch_add(&sum, (int)(intptr_t)argument);
    pthread_barrier_wait(&barrier);
    return argument;
}

int main(void)
{
    static pthread_t threads[THREADS];

    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(join(threads[i]) == (void *)i);
    printf("sum %d\n", sum);
    return check_done();
}
