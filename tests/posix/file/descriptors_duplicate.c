/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* dup, dup2, dup3 and F_DUPFD share the position, take the lowest number,
 * and set flags as asked. */
#include "check.h"

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int copy = dup(fd);
    CHECK(copy == fd + 1);
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(copy, F_GETFD) == 0);
    CHECK(write(fd, "abc", 3) == 3 && lseek(copy, 0, SEEK_CUR) == 3);
    CHECK(close(fd) == 0 && write(copy, "def", 3) == 3);
    CHECK(dup(copy) == fd);
    CHECK(dup2(copy, 50) == 50 && dup2(copy, copy) == copy && lseek(50, 0, SEEK_CUR) == 6);
    CHECK(dup2(open("/dev/null", O_RDONLY), 50) == 50 && read(50, &(char){0}, 1) == 0);
    CHECK(dup3(copy, 51, O_CLOEXEC) == 51 && fcntl(51, F_GETFD) == FD_CLOEXEC);
    CHECK(fcntl(copy, F_DUPFD, 60) == 60 && fcntl(copy, F_DUPFD, 60) == 61);
    CHECK(fcntl(copy, F_DUPFD_CLOEXEC, 70) == 70 && fcntl(70, F_GETFD) == FD_CLOEXEC);
    CHECK_ERRNO(dup3(copy, copy, 0), EINVAL);
    CHECK_ERRNO(dup3(copy, 52, O_CLOEXEC | 0x1234), EINVAL);
    CHECK_ERRNO(dup(999), EBADF);
    CHECK_ERRNO(dup2(999, 3), EBADF);
    CHECK_ERRNO(dup2(copy, -1), EBADF);
    CHECK_ERRNO(fcntl(copy, F_DUPFD, -1), EINVAL);
    CHECK_ERRNO(fcntl(999, F_GETFL), EBADF);
    CHECK_ERRNO(fcntl(copy, 12345), EINVAL);
    CHECK(fcntl(copy, F_SETFD, FD_CLOEXEC) == 0 && fcntl(copy, F_GETFD) == FD_CLOEXEC);
    show_file("file");
    return check_done();
}
