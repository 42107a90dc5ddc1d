/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A private mapping shows the file, keeps writes to itself and zeroes the rest of the last page. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    for (int i = 0; i < 3; i++) {
        char block[PAGE];
        memset(block, 'a' + i, sizeof(block));
        REQUIRE(write(fd, block, i == 2 ? 100 : PAGE) > 0);
    }
    char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    char *second = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
    REQUIRE(map != MAP_FAILED && second != MAP_FAILED && close(fd) == 0);
    printf("%c %c %c %d\n", map[0], map[PAGE], map[2 * PAGE + 99], map[2 * PAGE + 100]);
    map[0] = 'X';
    map[PAGE + 1] = 'Y';
    CHECK(second[1] == 'b');
    fd = open("file", O_RDONLY);
    char byte = 0;
    CHECK(pread(fd, &byte, 1, 0) == 1 && byte == 'a');
    CHECK(map[0] == 'X' && map[1] == 'a' && map[PAGE + 1] == 'Y');
    return check_done();
}
