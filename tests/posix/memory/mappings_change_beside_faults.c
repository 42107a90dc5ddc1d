/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=128M */
/*
 * Threads fault in an anonymous mapping while its pages are discarded and its
 * protection changes, in a file while holes are punched into it, and in mappings of
 * their own that are split, moved, locked and merged: every byte is right.
 */
#include "check.h"

#include <sys/mman.h>

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE  1
#define FALLOC_FL_PUNCH_HOLE 2
#endif

#define PAGE       4096UL
#define OWN        (64 * PAGE)
#define COMMON     256
#define FILE_PAGES 64
#define ROUNDS     10

static char *common, *file;
static int fd;
static atomic_int owners;

static char value(size_t i, long id)
{
    return (char)(1 + id * 64 + (long)(i / PAGE) % 64);
}

static void fill(char *at, size_t from, size_t to, long id)
{
    for (size_t i = from; i < to; i += PAGE) {
        CHECK(at[i] == 0);
        at[i] = value(i, id);
    }
}

/* One change of a mapping of its own; the mapping, which may have moved. */
static char *change(char *at, int kind, long id)
{
    switch (kind) {
    case 0:
        CHECK(mprotect(at + OWN / 4, OWN / 4, PROT_READ) == 0);
        CHECK(mprotect(at + OWN / 4, OWN / 4, PROT_READ | PROT_WRITE) == 0);
        break;
    case 1:
        CHECK(madvise(at, OWN / 2, MADV_DONTNEED) == 0);
        fill(at, 0, OWN / 2, id);
        break;
    case 2:
        at = mremap(at, OWN, 2 * OWN, MREMAP_MAYMOVE);
        REQUIRE(at != MAP_FAILED && munmap(at + OWN, OWN) == 0);
        break;
    case 3:
        REQUIRE(mmap(at + OWN / 2, PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
        fill(at, OWN / 2, OWN / 2 + PAGE, id);
        break;
    default:
        CHECK(mlock(at, OWN) == 0 && munlock(at, OWN) == 0);
    }
    return at;
}

static void *own(void *argument)
{
    long id = (long)argument;

    for (int round = 0; round < ROUNDS; round++) {
        char *at = mmap(NULL, OWN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(at != MAP_FAILED);
        fill(at, 0, OWN, id);
        at = change(at, (round + (int)id) % 5, id);
        for (size_t i = 0; i < OWN; i += PAGE)
            CHECK(at[i] == value(i, id));
        CHECK(munmap(at, OWN) == 0);
    }
    atomic_fetch_sub(&owners, 1);
    return NULL;
}

/* Reads and writes what the two below take away. */
static void *use(void *unused)
{
    volatile char *anonymous = common, *mapped = file;

    for (unsigned i = 0; atomic_load(&owners) > 0; i = i * 5 + 3) {
        size_t at = i / 7 % COMMON * PAGE;
        char byte = anonymous[at];
        CHECK(byte == 0 || byte == 7);
        anonymous[at] = 7;
        at %= FILE_PAGES * PAGE;
        byte = mapped[at];
        CHECK(byte == 0 || byte == 5);
        mapped[at] = 5;
        if (i % 16 == 0)
            sched_yield();
    }
    return unused;
}

static void *take(void *unused)
{
    for (unsigned i = 1; atomic_load(&owners) > 0; i = i * 5 + 3) {
        char *at = common + i / 7 % (COMMON - 16) * PAGE;
        CHECK(madvise(at, 12 * PAGE, MADV_DONTNEED) == 0);
        CHECK(mprotect(at, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
        CHECK(mprotect(at, PAGE, PROT_READ | PROT_WRITE) == 0);
        CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                        (off_t)(i / 7 % (FILE_PAGES - 4) * PAGE), 3 * PAGE) == 0);
        sched_yield();
    }
    return unused;
}

int main(void)
{
    pthread_t threads[5];

    enter_scratch();
    fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, FILE_PAGES * PAGE) == 0);
    file = mmap(NULL, FILE_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    common = mmap(NULL, COMMON * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(file != MAP_FAILED && common != MAP_FAILED);
    atomic_store(&owners, 2);
    for (long i = 0; i < 5; i++)
        threads[i] = start(i < 2 ? own : i < 4 ? use : take, (void *)i);
    for (unsigned i = 0; i < 5; i++)
        join(threads[i]);
    return check_done();
}
