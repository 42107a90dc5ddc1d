/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Single bytes at each GiB of a file of 64: the rest are zeros, which take no room; cutting and
 * growing it beyond 4 GiB. */
#include "check.h"

#define GIB     (1LL << 30)
#define NR_MARK 64

static void check_mark(int fd, int i, char wanted)
{
    char bytes[3] = {9, 9, 9};
    off_t at = i * GIB + i;
    CHECK(pread(fd, bytes, 3, at - (i > 0)) >= 2);
    CHECK(bytes[i > 0] == wanted && (i == 0 || bytes[0] == 0));
}

int main(void)
{
    struct stat status;
    enter_scratch();
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    for (int i = NR_MARK - 1; i >= 0; i--) {
        char mark[2] = {(char)(i + 1), 0};
        CHECK(pwrite(fd, mark, 2, i * GIB + i) == 2);
    }
    CHECK(fstat(fd, &status) == 0 && status.st_size == 63 * GIB + 63 + 2);
    CHECK(status.st_blocks < 64 * 1024);
    for (int i = 0; i < NR_MARK; i++)
        check_mark(fd, i, (char)(i + 1));
    CHECK(ftruncate(fd, 5 * GIB + 5) == 0 && lseek(fd, 0, SEEK_END) == 5 * GIB + 5);
    CHECK(ftruncate(fd, 40 * GIB) == 0 && close(fd) == 0);
    fd = open("f", O_RDONLY);
    REQUIRE(fd >= 0);
    for (int i = 0; i < 39; i++)
        check_mark(fd, i, i < 5 ? (char)(i + 1) : 0);
    char byte;
    CHECK(pread(fd, &byte, 1, 40 * GIB - 1) == 1 && byte == 0);
    CHECK(pread(fd, &byte, 1, 40 * GIB) == 0);
    CHECK(close(fd) == 0 && unlink("f") == 0);
    return check_done();
}
