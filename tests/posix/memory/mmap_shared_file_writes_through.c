/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* Writes to a shared file mapping appear in the file and in other mappings, and the other way
 * round. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    char byte = 0;

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, 2 * PAGE) == 0);
    char *one = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *two = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
    REQUIRE(one != MAP_FAILED && two != MAP_FAILED);
    one[PAGE + 5] = 'p';
    CHECK(two[5] == 'p' && pread(fd, &byte, 1, PAGE + 5) == 1 && byte == 'p');
    CHECK(pwrite(fd, "q", 1, PAGE + 6) == 1 && one[PAGE + 6] == 'q' && two[6] == 'q');
    CHECK(msync(one, 2 * PAGE, MS_SYNC) == 0);
    CHECK(munmap(one, 2 * PAGE) == 0 && close(fd) == 0);
    two[7] = 'r';
    CHECK(munmap(two, PAGE) == 0);
    fd = open("file", O_RDONLY);
    CHECK(pread(fd, &byte, 1, PAGE + 7) == 1 && byte == 'r');
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED);
    return check_done();
}
