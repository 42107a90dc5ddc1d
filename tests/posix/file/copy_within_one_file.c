/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* copy_file_range(2): what it refuses and in which order, in one file and between two. */
#include "check.h"
#include <sys/mman.h>

static ssize_t copy(int in, off_t from, int out, off_t to, size_t n)
{
    return copy_file_range(in, &from, out, &to, n, 0);
}

int main(void)
{
    enter_scratch();
    make_file("file", "0123456789abcdef");
    int fd = open("file", O_RDWR), other = open("other", O_RDWR | O_CREAT, 0600);
    CHECK_ERRNO(copy(fd, 0, fd, 4, 5), EINVAL);
    CHECK_ERRNO(copy(fd, 4, fd, 0, 5), EINVAL);
    CHECK_ERRNO(copy(fd, 3, fd, 3, 1), EINVAL);
    CHECK(copy(fd, 0, fd, 8, 8) == 8);
    CHECK(copy(fd, 0, fd, 16, 8) == 8);
    /* What is behind the end does not count. */
    CHECK(copy(fd, 20, fd, 24, 100) == 4);
    CHECK(copy(fd, 1000, fd, 0, 2000) == 0);
    CHECK_ERRNO(copy(fd, -1, other, 0, 10), EOVERFLOW);
    CHECK_ERRNO(copy(fd, -100, other, 0, 10), EINVAL);
    CHECK_ERRNO(copy(fd, 0, other, -100, 10), EINVAL);
    CHECK_ERRNO(copy(fd, 10, other, 0, SIZE_MAX), EOVERFLOW);
    CHECK(copy(fd, 0, other, 0, SIZE_MAX) == 28);
    CHECK_ERRNO(copy_file_range(fd, NULL, other, NULL, 1, 1), EINVAL);
    int elsewhere = memfd_create("elsewhere", 0);
    CHECK_ERRNO(copy(fd, 0, elsewhere, 0, 10), EXDEV);
    show_file("file");
    show_file("other");
    return check_done();
}
