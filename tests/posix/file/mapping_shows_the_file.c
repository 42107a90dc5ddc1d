/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Mappings, read calls and write calls of one file see the same bytes, by whatever descriptor. */
#include "check.h"
#include <sys/mman.h>

#define PAGE  4096
#define PAGES 40

static char buffer[PAGES * PAGE];

static void fill(int fd)
{
    for (int i = 0; i < PAGES * PAGE; i++)
        buffer[i] = (char)(i / PAGE + i % 251);
    REQUIRE(pwrite(fd, buffer, sizeof(buffer), 0) == sizeof(buffer));
}

static void private_copies_stay_here(int fd)
{
    char byte;
    char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);

    REQUIRE(map != MAP_FAILED);
    CHECK(memcmp(map, buffer + PAGE, 3 * PAGE) == 0);
    map[PAGE] = '!';
    CHECK(pread(fd, &byte, 1, 2 * PAGE) == 1 && byte == buffer[2 * PAGE]);
    CHECK(pwrite(fd, "?", 1, 2 * PAGE + 1) == 1 && map[PAGE + 1] == buffer[2 * PAGE + 1]);
    CHECK(pwrite(fd, "?", 1, PAGE + 7) == 1 && map[7] == '?');
    CHECK(pwrite(fd, buffer + PAGE, PAGE + 8, PAGE) == PAGE + 8 && map[7] == buffer[PAGE + 7]);
    CHECK(munmap(map, 3 * PAGE) == 0);
}

static void stores_are_seen(int fd, int other)
{
    char bytes[3];
    char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *again = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, other, 5 * PAGE);

    REQUIRE(map != MAP_FAILED && again != MAP_FAILED);
    CHECK(memcmp(map, buffer, sizeof(buffer)) == 0);
    map[5 * PAGE + 9] = 'a';
    CHECK(again[9] == 'a');
    CHECK(pread(other, bytes, 1, 5 * PAGE + 9) == 1 && bytes[0] == 'a');
    map[PAGE - 1] = 'b';
    map[PAGE] = 'c';
    CHECK(pread(other, bytes, 3, PAGE - 1) == 3 && memcmp(bytes, "bc", 2) == 0);
    CHECK(pread(other, buffer, sizeof(buffer), 0) == sizeof(buffer)); /* a large one */
    CHECK(buffer[5 * PAGE + 9] == 'a' && buffer[PAGE - 1] == 'b' && buffer[PAGE] == 'c');
    CHECK(munmap(map, PAGES * PAGE) == 0 && munmap(again, PAGE) == 0);
}

static void writes_are_seen(int fd, int other)
{
    char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    REQUIRE(map != MAP_FAILED);
    map[3 * PAGE] = 'x'; /* beside what is written next */
    CHECK(pwrite(other, "yz", 2, 3 * PAGE + 1) == 2);
    CHECK(memcmp(map + 3 * PAGE, "xyz", 3) == 0);
    map[0] = 'h';
    map[PAGES * PAGE - 1] = 't';
    memset(buffer, 'W', sizeof(buffer));
    CHECK(pwrite(other, buffer, sizeof(buffer) - 2, 1) == sizeof(buffer) - 2); /* a large one */
    CHECK(map[0] == 'h' && map[1] == 'W' && map[3 * PAGE] == 'W');
    CHECK(map[PAGES * PAGE - 2] == 'W' && map[PAGES * PAGE - 1] == 't');
    CHECK(munmap(map, PAGES * PAGE) == 0);
}

/* What is written may itself be a mapping of where it goes. */
static void a_file_is_written_to_itself(int fd)
{
    fill(fd);
    char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    REQUIRE(map != MAP_FAILED);
    CHECK(pwrite(fd, map + PAGE, 100, PAGE) == 100);
    CHECK(pwrite(fd, map + 2 * PAGE + 5, 100, PAGE) == 100);
    CHECK(memcmp(map + PAGE, buffer + 2 * PAGE + 5, 100) == 0);
    CHECK(pwrite(fd, map + 20 * PAGE, 10 * PAGE, 3 * PAGE) == 10 * PAGE);
    CHECK(memcmp(map + 3 * PAGE, buffer + 20 * PAGE, 10 * PAGE) == 0);
    CHECK(pread(fd, map + 15 * PAGE, 10 * PAGE, 30 * PAGE) == 10 * PAGE);
    CHECK(memcmp(map + 15 * PAGE, buffer + 30 * PAGE, 10 * PAGE) == 0);
    CHECK(munmap(map, PAGES * PAGE) == 0);
}

static void what_cannot_be_mapped(int fd)
{
    int reads = open("file", O_RDONLY), writes = open("file", O_WRONLY);

    REQUIRE(reads >= 0 && writes >= 0);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, writes, 0), EACCES);
    CHECK_ERRNO(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, reads, 0), EACCES);
    char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reads, 0);
    REQUIRE(map != MAP_FAILED);
    CHECK_ERRNO(mprotect(map, PAGE, PROT_READ | PROT_WRITE), EACCES);
    CHECK(munmap(map, PAGE) == 0);
    map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    CHECK(map[0] == buffer[0]);
    CHECK(mprotect(map, PAGE, PROT_READ | PROT_WRITE) == 0);
    map[0] = 'm';
    char byte = 0;
    CHECK(pread(reads, &byte, 1, 0) == 1 && byte == 'm');
    CHECK(munmap(map, PAGE) == 0 && close(reads) == 0 && close(writes) == 0);
}

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600), other = open("file", O_RDWR);

    REQUIRE(fd >= 0 && other >= 0);
    fill(fd);
    private_copies_stay_here(fd);
    fill(fd);
    stores_are_seen(fd, other);
    writes_are_seen(fd, other);
    a_file_is_written_to_itself(fd);
    what_cannot_be_mapped(fd);
    return check_done();
}
