/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=256M */
/* 128 MiB written by several threads read back right, page by page. */
#include "fault.h"
#include <sys/mman.h>

#define SIZE    (128ul << 20)
#define THREADS 4

static char *base;

static void *fill(void *argument)
{
    size_t part = SIZE / THREADS, from = (size_t)argument * part;

    for (size_t at = from; at < from + part; at += PAGE)
        *(size_t *)(base + at) = at * 0x9e3779b97f4a7c15;
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    size_t wrong = 0;

    base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    for (size_t i = 0; i < THREADS; i++)
        threads[i] = start(fill, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    for (size_t at = 0; at < SIZE; at += PAGE)
        wrong += *(size_t *)(base + at) != at * 0x9e3779b97f4a7c15 || base[at + PAGE - 1] != 0;
    printf("wrong %zu\n", wrong);
    CHECK(munmap(base, SIZE) == 0);
    return check_done();
}
