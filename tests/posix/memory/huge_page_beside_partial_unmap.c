/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 mem=256M */
/*
 * One thread fills memory for which 2 MiB pages are wished; another takes a page out of
 * the middle at the same time. What the first has written beside it stays.
 */
#include "check.h"

#include <sys/mman.h>

#define PAGE   4096UL
#define HUGE   (2UL << 20)
#define MIDDLE (HUGE / 2)
#define ROUNDS 600

static pthread_barrier_t barrier;
static char *volatile block;

static void *take_out(void *unused)
{
    for (int round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&barrier);
        for (volatile int i = 0; i < round % 50 * 20; i++)
            ;
        REQUIRE(munmap(block + MIDDLE, PAGE) == 0);
        pthread_barrier_wait(&barrier);
    }
    return unused;
}

int main(void)
{
    int lost = 0;

    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t thread = start(take_out, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        char *area =
            mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(area != MAP_FAILED);
        char *at = (char *)(((uintptr_t)area + HUGE - 1) & ~(HUGE - 1));
        REQUIRE(madvise(at, HUGE, MADV_HUGEPAGE) == 0);
        block = at;
        pthread_barrier_wait(&barrier);
        *(volatile char *)at = 1;
        *(volatile char *)(at + HUGE - 1) = 2;
        pthread_barrier_wait(&barrier);
        lost += at[0] != 1 || at[HUGE - 1] != 2;
        REQUIRE(munmap(area, 2 * HUGE) == 0);
    }
    join(thread);
    CHECK(lost == 0);
    return check_done();
}
