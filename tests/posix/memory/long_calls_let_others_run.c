/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 mem=256M */
/*
 * While one thread is inside a call that takes long (mlock, MAP_POPULATE, munmap and
 * madvise of much memory), another of equal rank on the same CPU gets its turns.
 */
#include "check.h"

#include <sys/mman.h>

#define SIZE (96UL << 20)

static atomic_long ticks;
static atomic_int done;

/* Sleeps a millisecond at a time: whoever is woken has waited, and is to run soon. */
static void *tick(void *unused)
{
    while (!atomic_load(&done)) {
        sleep_ms(1);
        atomic_fetch_add(&ticks, 1);
    }
    return unused;
}

/* Says whether the other thread ran during the call; a call of some ms cannot be without. */
static void judge(const char *name, long before, long long began)
{
    long long took = now_ns(CLOCK_MONOTONIC) - began;
    long ran = atomic_load(&ticks) - before;

    if (took > 20 * MS && !CHECK(ran >= 2))
        printf("%s: %ld turns\n", name, ran);
    printf("%s: done\n", name);
}

#define WATCH(name, call)                                                                          \
    do {                                                                                           \
        long before = atomic_load(&ticks);                                                         \
        long long began = now_ns(CLOCK_MONOTONIC);                                                 \
        CHECK(call);                                                                               \
        judge(name, before, began);                                                                \
    } while (0)

int main(void)
{
    pthread_t thread = start(tick, NULL);
    char *at;

    at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED && madvise(at, SIZE, MADV_NOHUGEPAGE) == 0);
    WATCH("populate", madvise(at, SIZE, 23 /* MADV_POPULATE_WRITE */) == 0);
    WATCH("mprotect", mprotect(at, SIZE, PROT_READ) == 0);
    WATCH("mprotect", mprotect(at, SIZE, PROT_READ | PROT_WRITE) == 0);
    WATCH("madvise", madvise(at, SIZE, MADV_DONTNEED) == 0);
    memset(at, 1, SIZE);
    WATCH("mremap", (at = mremap(at, SIZE, SIZE + 4096, MREMAP_MAYMOVE)) != MAP_FAILED);
    WATCH("munmap", munmap(at, SIZE + 4096) == 0);
    WATCH("mmap", (at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) != MAP_FAILED);
    atomic_store(&done, 1);
    join(thread);
    return check_done();
}
