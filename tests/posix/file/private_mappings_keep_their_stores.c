/* SPDX-License-Identifier: BSD-3-Clause */
/* Stores into a private mapping reach neither the file nor other mappings, and survive what is done
 * to the file, whoever reads or writes by them. */
#include "check.h"
#include <sys/mman.h>

#define SIZE (8 * 4096UL)

static char *map_it(int fd, int how)
{
    char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, how, fd, 0);
    REQUIRE(map != MAP_FAILED);
    return map;
}

static void make_it(void)
{
    char line[64];
    int fd = open("f", O_WRONLY | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    for (unsigned i = 0; i < SIZE / 64; i++) {
        memset(line, (int)('a' + i % 26), sizeof(line));
        REQUIRE(write(fd, line, sizeof(line)) == sizeof(line));
    }
    REQUIRE(close(fd) == 0);
}

int main(void)
{
    char page[4096], other[4096];
    enter_scratch();
    make_it();
    int fd = open("f", O_RDWR);
    char *one = map_it(fd, MAP_PRIVATE), *two = map_it(fd, MAP_PRIVATE);
    char *all = map_it(fd, MAP_SHARED);

    memset(one, '1', 100);
    two[50] = '2';
    CHECK(one[50] == '1' && two[49] == 'a' && two[50] == '2' && all[50] == 'a');
    CHECK(pread(fd, page, sizeof(page), 0) == sizeof(page) && page[50] == 'a');

    /* By calls: a read stores, a write loads. */
    CHECK(pread(fd, one + 4096, 4096, 0) == 4096 && one[4096] == 'a' && all[4096] == 'm');
    CHECK(pwrite(fd, one, 100, 3 * 4096) == 100 && all[3 * 4096] == '1');
    CHECK(one[3 * 4096] == '1' && two[3 * 4096] == '1'); /* pages that are the file's still */

    all[50] = 'A';
    CHECK(one[50] == '1' && two[50] == '2');
    CHECK(pwrite(fd, "B", 1, 51) == 1 && one[51] == '1' && all[51] == 'B');
    CHECK(ftruncate(fd, 3 * 4096) == 0 && ftruncate(fd, SIZE) == 0);
    CHECK(one[3 * 4096] == 0 && two[5 * 4096] == 0 && one[4096] == 'a' && one[50] == '1');
    CHECK(madvise(one, 4096, MADV_DONTNEED) == 0 && one[50] == 'A');
    CHECK(pread(fd, other, sizeof(other), 0) == sizeof(other) && memcmp(all, other, 4096) == 0);
    CHECK(munmap(one, SIZE) == 0 && munmap(two, SIZE) == 0 && munmap(all, SIZE) == 0);
    CHECK(close(fd) == 0 && (fd = open("f", O_RDONLY)) >= 0);
    CHECK(pread(fd, other, 53, 0) == 53 && other[50] == 'A' && other[51] == 'B');
    CHECK(other[49] == 'a' && close(fd) == 0);
    return check_done();
}
