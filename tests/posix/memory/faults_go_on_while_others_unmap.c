/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=4 mem=256M */
/*
 * One thread takes large ranges out of the address space; another touches pages of its
 * own meanwhile and gets on during those calls, not only between them.
 */
#include "check.h"

#include <sys/mman.h>

#define PAGE   4096UL
#define LARGE  (16UL << 20)
#define SMALL  (256 * PAGE)
#define ROUNDS 12

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
    long during = 0;
    pthread_t thread = start(touch, NULL);

    for (int round = 0; round < ROUNDS; round++) {
        char *at = map(LARGE);
        memset(at, 1, LARGE);
        long before = atomic_load(&faults);
        REQUIRE(munmap(at, LARGE) == 0);
        during += atomic_load(&faults) - before;
    }
    atomic_store(&done, 1);
    join(thread);
    if (!CHECK(during >= 4 * ROUNDS))
        printf("%ld page faults during %d calls\n", during, ROUNDS);
    return check_done();
}
