/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=96M */
/* A file of almost half of the machine's memory, read in order and here and there by four threads,
 * by small calls and through a mapping: every byte is the file's. */
#include "check.h"
#include <sys/mman.h>

#define PAGE    4096L
#define PAGES   11000L
#define THREADS 4

static int fd;
static const uint64_t *map;

static uint64_t word_at(long page)
{
    return (uint64_t)page * 0x9e3779b97f4a7c15u;
}

static void *read_here_and_there(void *argument)
{
    unsigned seed = (unsigned)(long)argument;
    uint64_t words[2];

    for (int i = 0; i < 1500; i++) {
        long page = rand_r(&seed) % PAGES;
        off_t at = page * PAGE + rand_r(&seed) % (PAGE / 8 - 1) * 8;
        CHECK(pread(fd, words, 16, at) == 16 && words[0] == word_at(page) && words[1] == words[0]);
        page = rand_r(&seed) % PAGES;
        CHECK(map[page * PAGE / 8 + rand_r(&seed) % (PAGE / 8)] == word_at(page));
    }
    return NULL;
}

static void read_in_order(void)
{
    static uint64_t words[3 * PAGE / 8];
    long wrong = 0, at = 0;
    ssize_t n;

    while ((n = read(fd, words, sizeof(words))) > 0)
        for (long i = 0; i < n / 8; i++, at++)
            wrong += words[i] != word_at(at / (PAGE / 8));
    printf("%ld words, %ld wrong\n", at, wrong);
}

int main(void)
{
    static uint64_t words[100][PAGE / 8];
    pthread_t threads[THREADS];

    enter_scratch();
    fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    for (long page = 0; page < PAGES; page++) {
        for (int i = 0; i < PAGE / 8; i++)
            words[page % 100][i] = word_at(page);
        if (page % 100 == 99)
            REQUIRE(write(fd, words, sizeof(words)) == sizeof(words));
    }
    REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
    map = mmap(NULL, (size_t)(PAGES * PAGE), PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    read_in_order();
    for (long i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, read_here_and_there, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    return check_done();
}
