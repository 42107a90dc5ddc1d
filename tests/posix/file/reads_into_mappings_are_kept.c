/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 timeout=120 */
/* Large reads of one file into the mapping of another, while that one's pages are written back and
 * dropped all the time: the mapping has every byte afterwards, and so has the file. */
#include "check.h"
#include <sys/mman.h>

#define SIZE   (64 * 4096)
#define ROUNDS 150

static unsigned char pattern[2 * SIZE], seen[SIZE];
static int target;
static atomic_bool over;

static void *drop(void *unused)
{
    (void)unused;
    while (!atomic_load(&over)) {
        CHECK(fdatasync(target) == 0);
        CHECK(posix_fadvise(target, 0, 0, POSIX_FADV_DONTNEED) == 0);
    }
    return NULL;
}

int main(void)
{
    int source, wrong = 0;

    enter_scratch();
    for (int i = 0; i < 2 * SIZE; i++)
        pattern[i] = (unsigned char)(i * 7 + i / 251);
    source = open("source", O_RDWR | O_CREAT, 0600);
    target = open("target", O_RDWR | O_CREAT, 0600);
    REQUIRE(source >= 0 && target >= 0 && ftruncate(target, SIZE) == 0);
    REQUIRE(write(source, pattern, sizeof(pattern)) == sizeof(pattern));
    unsigned char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, target, 0);
    REQUIRE(map != MAP_FAILED);
    pthread_t thread = start(drop, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        int from = round * 977 % SIZE;
        REQUIRE(pread(source, map, SIZE, from) == SIZE);
        wrong += memcmp(map, pattern + from, SIZE) != 0;
        if (round % 10 == 0) {
            REQUIRE(pread(target, seen, SIZE, 0) == SIZE);
            wrong += memcmp(seen, pattern + from, SIZE) != 0;
        }
    }
    atomic_store(&over, true);
    join(thread);
    printf("%d times wrong\n", wrong);
    CHECK(munmap(map, SIZE) == 0 && close(source) == 0 && close(target) == 0);
    return check_done();
}
