/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 */
/* One thread unmaps the end of a mapping, which nobody has touched, while another touches for the
 * first time what lies in the same 2 MiB: what that one has written stays. */
#include "check.h"
#include <sys/mman.h>

#define HUGE   (2UL << 20)
#define UNIT   (2 * HUGE)
#define PART   (64UL << 10)
#define UNITS  200
#define ROUNDS 100

static char *base;
static atomic_long turn, lost; /* `turn`: the unit at which both are */

/* A unit: 2 MiB that were touched, then the end of that mapping, and a mapping apart. */
static char *mapping(long i)
{
    return base + (unsigned long)i * UNIT;
}

static char *kept(long i)
{
    return mapping(i) + HUGE + HUGE / 2;
}

static void *touch(void *unused)
{
    for (long i = 0; i < UNITS; i++) {
        while (atomic_load(&turn) < i)
            ;
        for (volatile long delay = i * 7919 % 10000; delay > 0; delay--)
            ;
        *(volatile char *)kept(i) = 1;
    }
    return unused;
}

static void one_round(void)
{
    size_t size = (UNITS + 1) * UNIT;
    char *all = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(all != MAP_FAILED && madvise(all, size, MADV_NOHUGEPAGE) == 0);
    base = (char *)(((uintptr_t)all + HUGE - 1) & ~(HUGE - 1));
    for (long i = 0; i < UNITS; i++) {
        REQUIRE(mprotect(mapping(i), HUGE + PART, PROT_READ | PROT_WRITE) == 0);
        REQUIRE(mprotect(kept(i), PART, PROT_READ | PROT_WRITE) == 0);
        *mapping(i) = 1;
    }
    atomic_store(&turn, -1);
    pthread_t thread = start(touch, NULL);
    for (long i = 0; i < UNITS; i++) {
        atomic_store(&turn, i);
        REQUIRE(munmap(mapping(i) + HUGE, PART) == 0);
    }
    join(thread);
    for (long i = 0; i < UNITS; i++)
        lost += *kept(i) != 1;
    REQUIRE(munmap(all, size) == 0);
}

int main(void)
{
    for (int i = 0; i < ROUNDS; i++)
        one_round();
    printf("lost: %ld\n", atomic_load(&lost));
    return check_done();
}
