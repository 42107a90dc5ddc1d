/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* F_GETFL and F_SETFL show the access mode and change O_APPEND and O_NONBLOCK, shared by copies. */
#include "check.h"

int main(void)
{
    int ends[2];
    char byte;

    enter_scratch();
    int fd = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0600), copy = dup(fd);
    CHECK((fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) == O_WRONLY);
    CHECK((fcntl(fd, F_GETFL) & (O_CREAT | O_TRUNC)) == 0);
    CHECK(write(fd, "abc", 3) == 3 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0);
    CHECK((fcntl(copy, F_GETFL) & O_APPEND) != 0);
    CHECK(write(fd, "def", 3) == 3);
    show_file("file");
    CHECK(fcntl(fd, F_SETFL, O_RDWR) == 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY);
    REQUIRE(pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
    CHECK(fcntl(ends[0], F_GETFD) == FD_CLOEXEC && (fcntl(ends[0], F_GETFL) & O_NONBLOCK));
    CHECK_ERRNO(read(ends[0], &byte, 1), EAGAIN);
    CHECK(fcntl(ends[0], F_SETFL, 0) == 0 && !(fcntl(ends[0], F_GETFL) & O_NONBLOCK));
    CHECK((fcntl(ends[1], F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(ends[1], F_GETFL) & O_ACCMODE) == O_WRONLY);
    return check_done();
}
