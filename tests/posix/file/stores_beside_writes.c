/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=120 */
/* Threads change neighbouring bytes of the same pages, some by a shared mapping, some by write
 * calls, while others write the pages back and read them: every byte keeps its last value. */
#include "check.h"
#include <sys/mman.h>

#define PAGE   4096
#define PAGES  24
#define ROUNDS 60

static int fd;
static unsigned char *map;
static atomic_int busy = 3;

/* Bytes 0, 8, 16 … of each page. */
static void *store(void *unused)
{
    (void)unused;
    for (int round = 1; round <= ROUNDS; round++)
        for (int i = 0; i < PAGES * PAGE; i += 8)
            map[i] = (unsigned char)round;
    atomic_fetch_sub(&busy, 1);
    return NULL;
}

/* Bytes 1 to 7 of some words, by small calls. */
static void *write_small(void *unused)
{
    unsigned char bytes[7];

    (void)unused;
    for (int round = 1; round <= ROUNDS; round++) {
        memset(bytes, round, sizeof(bytes));
        for (int page = 0; page < PAGES; page++)
            CHECK(pwrite(fd, bytes, 7, page * PAGE + 8 * page + 1) == 7);
    }
    atomic_fetch_sub(&busy, 1);
    return NULL;
}

/* What lies behind the pages of the others, beginning in their last one. */
static void *write_large(void *unused)
{
    static unsigned char bytes[20 * PAGE + 4];

    (void)unused;
    for (int round = 1; round <= ROUNDS; round++) {
        memset(bytes, round, sizeof(bytes));
        CHECK(pwrite(fd, bytes, sizeof(bytes), PAGES * PAGE - 3) == (ssize_t)sizeof(bytes));
    }
    atomic_fetch_sub(&busy, 1);
    return NULL;
}

static void *write_back(void *unused)
{
    (void)unused;
    while (atomic_load(&busy) > 0)
        CHECK(msync(map, PAGES * PAGE, MS_SYNC) == 0);
    return NULL;
}

static void *read_it(void *unused)
{
    static unsigned char bytes[PAGES * PAGE];

    (void)unused;
    while (atomic_load(&busy) > 0) {
        CHECK(pread(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
        CHECK(pread(fd, bytes, 100, 5 * PAGE - 50) == 100);
    }
    return NULL;
}

/* By a descriptor that is opened anew. */
static void check_file(void)
{
    static unsigned char bytes[(PAGES + 21) * PAGE];
    int again = open("file", O_RDONLY), wrong = 0;
    ssize_t size = PAGES * PAGE - 3 + 20 * PAGE + 4;

    REQUIRE(again >= 0 && read(again, bytes, sizeof(bytes)) == size);
    for (int i = 0; i < PAGES * PAGE - 3; i += 8)
        wrong += bytes[i] != ROUNDS || map[i] != ROUNDS;
    for (int page = 0; page < PAGES; page++)
        for (int i = 1; i < 8; i++)
            wrong += bytes[page * PAGE + 8 * page + i] != ROUNDS;
    for (ssize_t i = PAGES * PAGE - 3; i < size; i++)
        wrong += bytes[i] != ROUNDS;
    printf("%d wrong bytes\n", wrong);
    CHECK(close(again) == 0);
}

int main(void)
{
    static void *(*const bodies[])(void *) = {store, write_small, write_large, write_back, read_it};
    pthread_t threads[5];

    enter_scratch();
    fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, PAGES * PAGE) == 0);
    map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    for (int i = 0; i < 5; i++)
        REQUIRE(pthread_create(&threads[i], NULL, bodies[i], NULL) == 0);
    for (int i = 0; i < 5; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    CHECK(fsync(fd) == 0);
    check_file();
    CHECK(munmap(map, PAGES * PAGE) == 0 && close(fd) == 0);
    return check_done();
}
