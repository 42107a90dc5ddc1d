/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A sparse file beyond 4 GiB, by mappings: holes read as zero, stores land where they belong. */
#include "check.h"
#include <sys/mman.h>

#define PAGE 4096L
#define FAR  (5L << 30)

int main(void)
{
    char bytes[8] = {0};

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, FAR + 3 * PAGE) == 0);
    char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, FAR);
    REQUIRE(map != MAP_FAILED);
    CHECK(map[0] == 0 && map[3 * PAGE - 1] == 0);
    memcpy(map + PAGE - 4, "overpage", 8);
    CHECK(msync(map, 3 * PAGE, MS_SYNC) == 0);
    CHECK(pread(fd, bytes, 8, FAR + PAGE - 4) == 8 && memcmp(bytes, "overpage", 8) == 0);
    CHECK(pwrite(fd, "end", 3, FAR + 3 * PAGE - 3) == 3 &&
          memcmp(map + 3 * PAGE - 3, "end", 3) == 0);
    CHECK(pread(fd, bytes, 8, FAR - 8) == 8 && bytes[7] == 0);
    CHECK(munmap(map, 3 * PAGE) == 0);
    map = mmap(NULL, FAR + 3 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    CHECK(map[0] == 0 && map[FAR / 2] == 0 && memcmp(map + FAR + PAGE - 4, "overpage", 8) == 0);
    CHECK(munmap(map, FAR + 3 * PAGE) == 0 && close(fd) == 0);
    return check_done();
}
