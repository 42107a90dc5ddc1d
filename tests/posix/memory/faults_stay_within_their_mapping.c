/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 */
/*
 * One thread touches its memory in order while another unmaps what lies just below, in
 * the middle of all, so that the border between the two is made in the middle of a fault.
 * Nothing appears in the guard above, and the one that touches has its memory.
 */
#include "check.h"

#include <sys/mman.h>

#define PAGE   4096UL
#define FIRST  16 /* pages: stays */
#define MIDDLE 16 /* is unmapped */
#define OWN    20
#define GUARD  32
#define ROUNDS 3000

static atomic_int turn; /* odd: both at work */
static atomic_int unmapped;
static char *middle;

/* One of the two is a little later, each time by another bit. */
static void delay(int length)
{
    for (volatile int i = 0; i < length; i++)
        ;
}

static void *unmap_middle(void *unused)
{
    for (int round = 0; round < ROUNDS; round++) {
        while (atomic_load(&turn) != 2 * round + 1)
            sched_yield();
        delay(round % 2 == 0 ? 0 : round % 53 * 20);
        REQUIRE(munmap(middle, MIDDLE * PAGE) == 0);
        atomic_store(&unmapped, round + 1);
    }
    return unused;
}

static void touch(volatile char *at, int pages)
{
    for (int i = 0; i < pages; i++)
        at[(size_t)i * PAGE] = 1;
}

int main(void)
{
    const size_t size = (FIRST + MIDDLE + OWN + GUARD) * PAGE;
    unsigned char present[GUARD];
    int stray = 0;

    char *area = mmap(NULL, 4UL << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED && munmap(area, 4UL << 20) == 0);
    char *first = (char *)(((uintptr_t)area + (2UL << 20)) & ~((2UL << 20) - 1));
    middle = first + FIRST * PAGE;
    char *own = middle + MIDDLE * PAGE, *guard = own + OWN * PAGE;
    pthread_t thread = start(unmap_middle, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        REQUIRE(mmap(first, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
                     -1, 0) == first);
        REQUIRE(mprotect(guard, GUARD * PAGE, PROT_NONE) == 0);
        touch(first, FIRST + MIDDLE);
        atomic_store(&turn, 2 * round + 1);
        delay(round % 2 == 0 ? round % 47 * 20 : 0);
        touch(own, OWN);
        while (atomic_load(&unmapped) != round + 1)
            sched_yield();
        REQUIRE(mincore(guard, GUARD * PAGE, present) == 0);
        for (int i = 0; i < GUARD; i++)
            stray += present[i];
        atomic_store(&turn, 2 * round + 2);
    }
    join(thread);
    if (!CHECK(stray == 0))
        printf("%d pages in the guard\n", stray);
    return check_done();
}
