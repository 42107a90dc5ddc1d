/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* What was stored into a shared mapping is in the file, after whatever call ends the mapping or
 * asks for it, and when the file is opened again. */
#include "check.h"
#include <sys/mman.h>

#define PAGE  4096
#define PAGES 70

static char *map_it(int fd)
{
    char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    REQUIRE(map != MAP_FAILED);
    return map;
}

static void store(char *map, char value)
{
    for (int i = 0; i < PAGES; i++)
        map[i * PAGE + 17 * i % PAGE] = value;
}

/* By a descriptor of its own. */
static bool file_has(char value)
{
    char byte = 0;
    int fd = open("file", O_RDONLY);
    bool has = fd >= 0;

    for (int i = 0; i < PAGES; i++)
        has = has && pread(fd, &byte, 1, i * PAGE + 17 * i % PAGE) == 1 && byte == value;
    close(fd);
    return has;
}

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);

    REQUIRE(fd >= 0 && ftruncate(fd, PAGES * PAGE - 5) == 0);
    char *map = map_it(fd);
    store(map, 'a');
    CHECK(msync(map, PAGES * PAGE, MS_SYNC) == 0 && file_has('a'));
    store(map, 'b'); /* the pages are clean by now */
    CHECK(msync(map + PAGE, PAGE, MS_ASYNC) == 0 && file_has('b'));
    store(map, 'c');
    CHECK(fsync(fd) == 0 && file_has('c'));
    store(map, 'd');
    CHECK(fdatasync(fd) == 0 && file_has('d'));
    store(map, 'e');
    CHECK(sync_file_range(fd, 0, 0,
                          SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                              SYNC_FILE_RANGE_WAIT_AFTER) == 0);
    CHECK(file_has('e'));
    store(map, 'f');
    sync();
    CHECK(file_has('f'));
    store(map, 'g');
    CHECK(syncfs(fd) == 0 && file_has('g'));
    store(map, 'h');
    CHECK(munmap(map, PAGES * PAGE) == 0 && file_has('h'));
    map = map_it(fd);
    store(map, 'i');
    CHECK(close(fd) == 0 && file_has('i'));
    store(map, 'j'); /* the mapping is all that has it open */
    CHECK(munmap(map, PAGES * PAGE) == 0 && file_has('j'));
    CHECK_ERRNO(msync(map, PAGE, MS_SYNC), ENOMEM);
    fd = open("file", O_RDWR);
    REQUIRE(fd >= 0);
    map = map_it(fd);
    store(map, 'k');
    CHECK(unlink("file") == 0 && munmap(map, PAGES * PAGE) == 0);
    char byte = 0;
    CHECK(pread(fd, &byte, 1, PAGE + 17) == 1 && byte == 'k');
    CHECK(close(fd) == 0);
    return check_done();
}
