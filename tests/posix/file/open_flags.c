/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_DIRECTORY and O_NOFOLLOW do what they say. */
#include "check.h"

int main(void)
{
    enter_scratch();
    CHECK_ERRNO(open("file", O_RDONLY), ENOENT);
    int fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0640);
    REQUIRE(fd >= 0);
    CHECK(write(fd, "first", 5) == 5);
    CHECK_ERRNO(read(fd, &(char){0}, 1), EBADF);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(open("file", O_WRONLY | O_CREAT | O_EXCL, 0640), EEXIST);
    show_file("file");
    fd = open("file", O_WRONLY | O_APPEND);
    CHECK(write(fd, "+second", 7) == 7 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(write(fd, "+third", 6) == 6 && close(fd) == 0);
    show_file("file");
    CHECK(close(open("file", O_WRONLY | O_CREAT, 0640)) == 0);
    show_file("file");
    CHECK(close(open("file", O_WRONLY | O_TRUNC)) == 0);
    show_file("file");
    fd = open("file", O_RDONLY);
    CHECK_ERRNO(write(fd, "x", 1), EBADF);
    CHECK_ERRNO(ftruncate(fd, 1), EINVAL);
    CHECK_ERRNO(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK(open(".", O_RDONLY | O_DIRECTORY) >= 0);
    CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
    CHECK_ERRNO(open(".", O_RDONLY | O_CREAT, 0600), EISDIR);
    CHECK(symlink("file", "link") == 0 && symlink("absent", "dangling") == 0);
    CHECK(open("link", O_RDONLY) >= 0);
    CHECK_ERRNO(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(open("dangling", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK(open("dangling", O_WRONLY | O_CREAT, 0600) >= 0);
    CHECK(access("absent", F_OK) == 0);
    return check_done();
}
