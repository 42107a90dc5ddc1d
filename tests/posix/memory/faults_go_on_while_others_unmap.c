/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 mem=256M */
/*
 * One thread takes large ranges out of the address space; another touches pages of its
 * own meanwhile and gets on during those calls, not only between them. A busy host may
 * not run both at once for a while: so some calls must show it, of as many as it takes.
 */
#include "check.h"

#include <sys/mman.h>

#define PAGE   4096UL
#define LARGE  (16UL << 20)
#define SMALL  (256 * PAGE)
#define ROUNDS 400 /* at most */
#define SHOWN  5   /* calls with MANY faults meanwhile */
#define MANY   8

static atomic_long faults;
static atomic_int done;

static char *map(size_t size)
{
    char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(at != MAP_FAILED);
    REQUIRE(madvise(at, size, MADV_NOHUGEPAGE) == 0);
    return at;
}

static void *touch(void *unused)
{
    while (!atomic_load(&done)) {
        char *at = map(SMALL);
        for (size_t i = 0; i < SMALL && !atomic_load(&done); i += PAGE) {
            at[i] = 1;
            atomic_fetch_add(&faults, 1);
        }
        REQUIRE(munmap(at, SMALL) == 0);
    }
    return unused;
}

int main(void)
{
    int shown = 0;
    pthread_t thread = start(touch, NULL);

    for (int round = 0; round < ROUNDS && shown < SHOWN; round++) {
        char *at = map(LARGE);
        memset(at, 1, LARGE);
        long before = atomic_load(&faults);
        REQUIRE(munmap(at, LARGE) == 0);
        shown += atomic_load(&faults) - before >= MANY;
    }
    atomic_store(&done, 1);
    join(thread);
    CHECK(shown == SHOWN);
    return check_done();
}
