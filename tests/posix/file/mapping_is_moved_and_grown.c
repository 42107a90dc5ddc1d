/* SPDX-License-Identifier: BSD-3-Clause */
/* A mapping of a file that mremap() grows and moves shows more of the same file. */
#include "check.h"
#include <sys/mman.h>

#define PAGE 4096UL

static void check_pages(const char *map, unsigned nr_pages)
{
    for (unsigned i = 0; i < nr_pages; i++)
        if (map[i * PAGE] != (char)('a' + i))
            printf("page %u of %u holds %d\n", i, nr_pages, map[i * PAGE]);
}

int main(void)
{
    char byte;
    enter_scratch();
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, 16 * PAGE) == 0);
    for (unsigned i = 0; i < 16; i++)
        REQUIRE(pwrite(fd, (char[]){(char)('a' + i)}, 1, (off_t)(i * PAGE)) == 1);
    char *map = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    check_pages(map, 4);
    map[1] = 'x';
    map = mremap(map, 4 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
    REQUIRE(map != MAP_FAILED && map[1] == 'x');
    check_pages(map, 16);
    map[12 * PAGE + 1] = 'y';
    char *place = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(place != MAP_FAILED);
    map = mremap(map, 16 * PAGE, 16 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    REQUIRE(map == place && map[1] == 'x' && map[12 * PAGE + 1] == 'y');
    check_pages(map, 16);
    map = mremap(map, 16 * PAGE, 2 * PAGE, 0);
    REQUIRE(map != MAP_FAILED);
    check_pages(map, 2);
    map[PAGE + 1] = 'z';
    CHECK(munmap(map, 2 * PAGE) == 0);
    CHECK(pread(fd, &byte, 1, 1) == 1 && byte == 'x');
    CHECK(pread(fd, &byte, 1, 12 * PAGE + 1) == 1 && byte == 'y');
    CHECK(pread(fd, &byte, 1, PAGE + 1) == 1 && byte == 'z');
    return check_done();
}
