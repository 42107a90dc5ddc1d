/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* read, write and lseek move one position; pread and pwrite leave it; gaps read as zero. */
#include "check.h"

int main(void)
{
    char buffer[64] = {0};

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    CHECK(write(fd, "hello world", 11) == 11 && lseek(fd, 0, SEEK_CUR) == 11);
    CHECK(lseek(fd, 6, SEEK_SET) == 6 && read(fd, buffer, 3) == 3 && !strcmp(buffer, "wor"));
    CHECK(lseek(fd, -2, SEEK_END) == 9 && read(fd, buffer, 64) == 2 && !memcmp(buffer, "ld", 2));
    CHECK(read(fd, buffer, 64) == 0);
    CHECK(pread(fd, buffer, 5, 0) == 5 && !memcmp(buffer, "hello", 5));
    CHECK(pwrite(fd, "J", 1, 0) == 1 && lseek(fd, 0, SEEK_CUR) == 11);
    CHECK(pread(fd, buffer, 5, 100) == 0);
    CHECK_ERRNO(pread(fd, buffer, 5, -1), EINVAL);
    CHECK_ERRNO(pwrite(fd, buffer, 5, -1), EINVAL);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_ERRNO(lseek(fd, 0, 77), EINVAL);
    CHECK(lseek(fd, 20, SEEK_SET) == 20 && read(fd, buffer, 1) == 0);
    CHECK(write(fd, "end", 3) == 3 && pread(fd, buffer, 64, 9) == 14);
    printf("%.2s %d %d %.3s\n", buffer, buffer[2], buffer[10], buffer + 11);
    CHECK(write(fd, "", 0) == 0 && read(fd, buffer, 0) == 0);
    CHECK_ERRNO(read(999, buffer, 1), EBADF);
    return check_done();
}
