/* SPDX-License-Identifier: BSD-3-Clause */
/* A descriptor opened with O_PATH is EBADF for reading and writing, whatever the buffer; fstat
 * works. */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void refuses_io(int fd)
{
    char byte = 'x', *wild = (char *)1;
    struct iovec piece = {&byte, 1};
    struct stat status;

    CHECK_ERRNO(read(fd, &byte, 1), EBADF);
    CHECK_ERRNO(read(fd, wild, 1), EBADF);
    CHECK_ERRNO(read(fd, (void *)-1L, 1), EBADF);
    CHECK_ERRNO(write(fd, &byte, 1), EBADF);
    CHECK_ERRNO(write(fd, (void *)-1L, 1), EBADF);
    CHECK_ERRNO(pread(fd, &byte, 1, 0), EBADF);
    CHECK_ERRNO(pwrite(fd, &byte, 1, 0), EBADF);
    CHECK_ERRNO(readv(fd, &piece, 1), EBADF);
    CHECK_ERRNO(writev(fd, &piece, 1), EBADF);
    CHECK_ERRNO(lseek(fd, 0, SEEK_SET), EBADF);
    CHECK(fstat(fd, &status) == 0);
}

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0644);
    int path = open("file", O_PATH | O_RDWR), folder = open(".", O_PATH);

    REQUIRE(fd >= 0 && path >= 0 && folder >= 0 && write(fd, "abc", 3) == 3);
    refuses_io(path);
    refuses_io(folder);
    REQUIRE(dup2(path, 100) == 100); /* beyond the descriptors that are found quickest */
    refuses_io(100);
    return check_done();
}
