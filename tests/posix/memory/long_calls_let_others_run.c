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

static const char *const names[] = {"populate", "mprotect", "mprotect back", "madvise",
                                    "mremap",   "munmap",   "mmap"};
#define CALLS (sizeof(names) / sizeof(*names))
static bool fair[CALLS];

/* Whether the other thread ran during the call; a call of some ms cannot be without. On a busy host
 * time passes in which nobody runs, so once is enough. */
static void judge(size_t call, long before, long long began)
{
    fair[call] |= atomic_load(&ticks) - before >= 2 || now_ns(CLOCK_MONOTONIC) - began <= 20 * MS;
}

#define WATCH(number, call)                                                                        \
    do {                                                                                           \
        long before = atomic_load(&ticks);                                                         \
        long long began = now_ns(CLOCK_MONOTONIC);                                                 \
        CHECK(call);                                                                               \
        judge(number, before, began);                                                              \
    } while (0)

static void call_all(void)
{
    char *at;

    at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED && madvise(at, SIZE, MADV_NOHUGEPAGE) == 0);
    WATCH(0, madvise(at, SIZE, 23 /* MADV_POPULATE_WRITE */) == 0);
    WATCH(1, mprotect(at, SIZE, PROT_READ) == 0);
    WATCH(2, mprotect(at, SIZE, PROT_READ | PROT_WRITE) == 0);
    WATCH(3, madvise(at, SIZE, MADV_DONTNEED) == 0);
    memset(at, 1, SIZE);
    WATCH(4, (at = mremap(at, SIZE, SIZE + 4096, MREMAP_MAYMOVE)) != MAP_FAILED);
    WATCH(5, munmap(at, SIZE + 4096) == 0);
    WATCH(6, (at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) != MAP_FAILED);
    REQUIRE(munmap(at, SIZE) == 0);
}

static bool all_were_fair(void)
{
    for (size_t i = 0; i < CALLS; i++)
        if (!fair[i])
            return false;
    return true;
}

int main(void)
{
    pthread_t thread = start(tick, NULL);

    for (int tries = 0; tries < TRIES && !all_were_fair(); tries++)
        call_all();
    for (size_t i = 0; i < CALLS; i++)
        printf("%s: %s\n", names[i], CHECK(fair[i]) ? "fair" : "not fair");
    atomic_store(&done, 1);
    join(thread);
    return check_done();
}
