/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* The end of a mapped file: zeros up to the end of its page, SIGBUS beyond, and what cutting it and
 * letting it grow does to mappings. */
#include "../memory/fault.h"
#include <sys/mman.h>

#define PAGES 8

static char *map_it(int fd, int type)
{
    char *map = mmap(NULL, (PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, type, fd, 0);

    REQUIRE(map != MAP_FAILED);
    return map;
}

static bool all_zero(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void fill(int fd, size_t size)
{
    char bytes[PAGE];

    memset(bytes, 'f', PAGE);
    REQUIRE(ftruncate(fd, 0) == 0);
    for (size_t at = 0; at < size; at += PAGE) {
        size_t n = size - at < PAGE ? size - at : PAGE;
        REQUIRE(pwrite(fd, bytes, n, (off_t)at) == (ssize_t)n);
    }
}

static void beyond_the_end(int fd)
{
    char byte;

    fill(fd, PAGES * PAGE - 100);
    char *map = map_it(fd, MAP_SHARED);
    CHECK(map[PAGES * PAGE - 101] == 'f' && all_zero(map + PAGES * PAGE - 100, 100));
    CHECK(read_fault(map + PAGES * PAGE) == SIGBUS && fault_address == map + PAGES * PAGE);
    CHECK(write_fault(map + (PAGES + 1) * PAGE) == SIGBUS);
    CHECK_ERRNO(pwrite(fd, map + PAGES * PAGE, 1, 0), EFAULT);
    CHECK(pwrite(fd, "end", 3, PAGES * PAGE - 1) == 3);
    CHECK(memcmp(map + PAGES * PAGE - 1, "end", 3) == 0 && map[PAGES * PAGE - 2] == 0);
    CHECK(pread(fd, &byte, 1, PAGES * PAGE + 2) == 0);
    CHECK(munmap(map, (PAGES + 2) * PAGE) == 0);
}

static void cut_while_mapped(int fd)
{
    struct stat status;
    char byte;

    fill(fd, PAGES * PAGE);
    char *map = map_it(fd, MAP_SHARED), *copy = map_it(fd, MAP_PRIVATE);
    for (int i = 0; i < PAGES; i++)
        map[i * PAGE + 1] = copy[i * PAGE] = 's';
    CHECK(ftruncate(fd, 2 * PAGE + 10) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 2 * PAGE + 10);
    CHECK(map[2 * PAGE + 9] == 'f' && map[2 * PAGE + 1] == 's');
    CHECK(all_zero(map + 2 * PAGE + 10, PAGE - 10));
    CHECK(read_fault(map + 3 * PAGE) == SIGBUS && write_fault(map + 7 * PAGE) == SIGBUS);
    CHECK(read_fault(copy + 3 * PAGE) == SIGBUS && copy[2 * PAGE] == 's');
    CHECK(ftruncate(fd, PAGES * PAGE) == 0);
    CHECK(all_zero(map + 2 * PAGE + 10, (PAGES - 3) * PAGE) && copy[3 * PAGE] == 0);
    CHECK(pread(fd, &byte, 1, 4 * PAGE + 1) == 1 && byte == 0);
    map[5 * PAGE] = 'n';
    CHECK(pread(fd, &byte, 1, 5 * PAGE) == 1 && byte == 'n');
    CHECK(munmap(map, (PAGES + 2) * PAGE) == 0 && munmap(copy, (PAGES + 2) * PAGE) == 0);
}

/* An open with O_TRUNC is a cut like another. */
static void cut_by_opening(int fd)
{
    fill(fd, 3 * PAGE);
    char *map = map_it(fd, MAP_SHARED);
    map[PAGE] = 'o';
    int other = open("file", O_RDWR | O_TRUNC);
    REQUIRE(other >= 0);
    CHECK(read_fault(map) == SIGBUS);
    CHECK(pwrite(other, "new", 3, 0) == 3 && memcmp(map, "new", 4) == 0);
    CHECK(close(other) == 0 && munmap(map, (PAGES + 2) * PAGE) == 0);
}

/* An empty file that is mapped grows by writes at its end. */
static void grows_while_mapped(int fd)
{
    REQUIRE(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
    char *map = map_it(fd, MAP_SHARED);
    CHECK(read_fault(map) == SIGBUS);
    for (int i = 0; i < 2 * PAGE / 8; i++) {
        char text[9];
        snprintf(text, sizeof(text), "%08d", i);
        REQUIRE(write(fd, text, 8) == 8);
        REQUIRE(memcmp(map + i * 8, text, 8) == 0);
    }
    CHECK(munmap(map, (PAGES + 2) * PAGE) == 0);
}

int main(void)
{
    enter_scratch();
    catch_faults();
    int fd = open("file", O_RDWR | O_CREAT, 0600);

    REQUIRE(fd >= 0);
    beyond_the_end(fd);
    cut_while_mapped(fd);
    cut_by_opening(fd);
    grows_while_mapped(fd);
    return check_done();
}
