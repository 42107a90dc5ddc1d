/* SPDX-License-Identifier: BSD-3-Clause */
/* A mapping is of the file, not of its descriptor or name: it goes on without them, and two
 * mappings of one file are the same memory. */
#include "check.h"
#include <sys/mman.h>

#define SIZE (64 * 4096UL)

static char *map_new(int flags)
{
    int fd = open("f", flags, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, SIZE) == 0);
    char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED && close(fd) == 0);
    return map;
}

static long wrong_bytes(const char *map, int add)
{
    long wrong = 0;
    for (unsigned long i = 0; i < SIZE; i += 1024)
        wrong += map[i] != (char)(i / 1024 + (unsigned)add);
    return wrong;
}

static void store_all(char *map, int add)
{
    for (unsigned long i = 0; i < SIZE; i += 1024)
        map[i] = (char)(i / 1024 + (unsigned)add);
}

int main(void)
{
    enter_scratch();
    char *first = map_new(O_RDWR | O_CREAT), *second = map_new(O_RDWR);
    store_all(first, 1);
    printf("%ld wrong in the second mapping\n", wrong_bytes(second, 1));
    CHECK(unlink("f") == 0);
    store_all(second, 2);
    printf("%ld wrong without a name\n", wrong_bytes(first, 2));
    CHECK(munmap(second, SIZE / 2) == 0 && msync(first, SIZE, MS_SYNC) == 0);
    printf("%ld wrong after a part went\n", wrong_bytes(first, 2));

    char *other = map_new(O_RDWR | O_CREAT | O_EXCL);
    CHECK(other[1024] == 0);
    store_all(other, 7);
    printf("%ld wrong in the first, %ld in the new one\n", wrong_bytes(first, 2),
           wrong_bytes(other, 7));
    CHECK(madvise(first, SIZE, MADV_DONTNEED) == 0);
    printf("%ld wrong when read again\n", wrong_bytes(first, 2));
    CHECK(munmap(first, SIZE) == 0 && munmap(second + SIZE / 2, SIZE / 2) == 0);
    CHECK(munmap(other, SIZE) == 0);

    int fd = open("f", O_RDONLY);
    char *again = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(again != MAP_FAILED);
    printf("%ld wrong in the file that stays\n", wrong_bytes(again, 7));
    return check_done();
}
