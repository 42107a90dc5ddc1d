/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* File calls refuse wild pointers with EFAULT. */
#include "wild.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/uio.h>

int main(void)
{
    int ends[2];
    char buffer[256];

    enter_scratch();
    REQUIRE(pipe(ends) == 0);
    REQUIRE(write(ends[1], "some bytes", 10) == 10);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && write(fd, "0123456789", 10) == 10 && lseek(fd, 0, SEEK_SET) == 0);
    REQUIRE(symlink("file", "link") == 0);
    long folder = open(".", O_RDONLY | O_DIRECTORY), zero = open("/dev/zero", O_RDONLY);
    long path = (long)"file", pipe_in = ends[0], pipe_out = ends[1];
    struct iovec bad_vector = {(void *)8, 5};
    struct epoll_event writable = {.events = EPOLLOUT};
    long set = epoll_create1(0);
    REQUIRE(epoll_ctl((int)set, EPOLL_CTL_ADD, ends[1], &writable) == 0);

    const struct wild_call calls[] = {
        ROW(read, 1, 0, fd, 0, 5),
        ROW(read, 1, 0, pipe_in, 0, 5),
        ROW(read, 1, 0, zero, 0, 5),
        ROW(write, 1, 0, fd, 0, 5),
        ROW(write, 1, 0, pipe_out, 0, 5),
        ROW(pread64, 1, 0, fd, 0, 5, 0),
        ROW(pwrite64, 1, 0, fd, 0, 5, 0),
        ROW(readv, 1, 0, fd, 0, 1),
        ROW(writev, 1, 0, fd, 0, 1),
        ROW(open, 0, 0, 0, O_RDONLY),
        ROW(openat, 1, 0, AT_FDCWD, 0, O_RDONLY),
        ROW(stat, 0, 0, 0, (long)buffer),
        ROW(stat, 1, 0, path, 0),
        ROW(lstat, 1, 0, path, 0),
        ROW(fstat, 1, 0, fd, 0),
        ROW(newfstatat, 1, 0, AT_FDCWD, 0, (long)buffer, 0),
        ROW(newfstatat, 2, 0, AT_FDCWD, path, 0, 0),
        ROW(access, 0, 0, 0, R_OK),
        ROW(getdents64, 1, 0, folder, 0, 256),
        ROW(getcwd, 0, 0, 0, 256),
        ROW(chdir, 0, 0, 0),
        ROW(mkdir, 0, 0, 0, 0700),
        ROW(rmdir, 0, 0, 0),
        ROW(unlink, 0, 0, 0),
        ROW(rename, 0, 0, 0, path),
        ROW(rename, 1, 0, path, 0),
        ROW(link, 0, 0, 0, path),
        ROW(symlink, 0, 0, 0, path),
        ROW(symlink, 1, 0, path, 0),
        ROW(readlink, 0, 0, 0, (long)buffer, 256),
        ROW(readlink, 1, 0, (long)"link", 0, 256),
        ROW(chmod, 0, 0, 0, 0600),
        ROW(truncate, 0, 0, 0, 1),
        ROW(utimensat, 2, TAKES_NULL, AT_FDCWD, path, 0, 0),
        ROW(statfs, 0, 0, 0, (long)buffer),
        ROW(statfs, 1, 0, path, 0),
        ROW(fstatfs, 1, 0, fd, 0),
        ROW(pipe, 0, 0, 0),
        ROW(pipe2, 0, 0, 0, 0),
        ROW(ioctl, 2, 0, pipe_in, FIONREAD, 0),
        ROW(fcntl, 2, 0, fd, F_GETLK, 0),
        ROW(poll, 0, 0, 0, 1, 0),
        ROW(ppoll, 2, TAKES_NULL, 0, 0, 0, 0, 8),
        ROW(select, 1, TAKES_NULL, 8, 0, 0, 0, 0),
        ROW(select, 4, TAKES_NULL, 0, 0, 0, 0, 0),
        ROW(epoll_ctl, 3, 0, set, EPOLL_CTL_ADD, pipe_in, 0),
        ROW(epoll_ctl, 3, 0, set, EPOLL_CTL_MOD, pipe_out, 0),
        ROW(epoll_wait, 1, 0, set, 0, 1, 0),
        ROW(epoll_pwait, 4, TAKES_NULL, set, (long)buffer, 1, 0, 0, 8),
        ROW(epoll_pwait2, 3, TAKES_NULL, set, (long)buffer, 1, 0, 0, 8),
        ROW(signalfd4, 1, 0, -1, 0, 8, 0),
    };
    TRY_WILD(calls);
    CHECK_ERRNO(readv(fd, &bad_vector, 1), EFAULT);
    CHECK_ERRNO(writev(fd, &bad_vector, 1), EFAULT);
    /* Nothing was written, read or moved, and no descriptor was lost. */
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 10);
    CHECK(lseek(fd, 0, SEEK_CUR) == 0);
    CHECK(read(ends[0], buffer, sizeof(buffer)) == 10);
    CHECK(dup(0) == (int)set + 1);
    return check_done();
}
