/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=64M */
/* build: -mcmodel=medium */
/* A static array of 4 GiB costs only what is touched, and starts as zero. */
#include "fault.h"
#include <sys/mman.h>

#define SIZE (4ul << 30)

static char array[SIZE];

static void *touch(void *argument)
{
    size_t self = (size_t)argument;

    for (size_t at = self * PAGE; at < SIZE; at += SIZE / 64) {
        CHECK(array[at] == 0);
        array[at] = (char)(self + 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    long sum = 0;

    for (size_t i = 0; i < 4; i++)
        threads[i] = start(touch, (void *)i);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    for (size_t at = 0; at < SIZE; at += SIZE / 64)
        for (size_t i = 0; i < 4; i++)
            sum += array[at + i * PAGE];
    printf("sum %ld\n", sum);
    return check_done();
}
