/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Positions near the largest offset: errors, never a wrap, on files of every kind. */
#include "check.h"
#include <sys/syscall.h>

#define MAX INT64_MAX

static void check_kind(const char *path, int flags)
{
    char byte[16] = "";
    int fd = open(path, flags);

    REQUIRE(fd >= 0);
    CHECK_ERRNO(pread(fd, byte, 10, MAX), EINVAL);
    CHECK_ERRNO(pread(fd, byte, 10, -1), EINVAL);
    if (lseek(fd, MAX, SEEK_SET) == MAX) {
        CHECK_ERRNO(lseek(fd, 1, SEEK_CUR), EINVAL);
        CHECK_ERRNO(lseek(fd, MAX, SEEK_CUR), EINVAL);
    }
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    CHECK_ERRNO(lseek(fd, INT64_MIN, SEEK_CUR), EINVAL);
    CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
    close(fd);
}

static void check_listing(const char *path)
{
    char entries[512];
    int fd = open(path, O_RDONLY | O_DIRECTORY);

    REQUIRE(fd >= 0);
    if (lseek(fd, MAX, SEEK_SET) == MAX)
        CHECK(syscall(SYS_getdents64, fd, entries, sizeof(entries)) == 0);
    close(fd);
    fd = open(path, O_RDONLY | O_DIRECTORY);
    CHECK(syscall(SYS_getdents64, fd, entries, sizeof(entries)) > 0);
    close(fd);
}

int main(void)
{
    char byte[16] = "";

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && mkdir("folder", 0700) == 0);
    CHECK_ERRNO(pwrite(fd, byte, 10, MAX), EINVAL);
    CHECK_ERRNO(pwrite(fd, byte, 10, MAX - 5), EINVAL);
    CHECK(pread(fd, byte, 10, MAX - 10) == 0);
    check_kind("file", O_RDWR);
    check_kind("/proc/self/maps", O_RDONLY);
    check_listing("folder");
    check_listing("/proc/self/fd");
    check_listing("/proc/self/task");
    CHECK_ERRNO(sync_file_range(fd, MAX, 10, 0), EINVAL);
    CHECK_ERRNO(sync_file_range(fd, 0, -1, 0), EINVAL);
    CHECK_ERRNO(sync_file_range(fd, -1, 1, 0), EINVAL);
    CHECK_ERRNO(sync_file_range(-1, -1, -1, 99), EBADF);
    CHECK(sync_file_range(fd, 0, MAX, 0) == 0);
    CHECK_ERRNO(fallocate(fd, 0, MAX, 10), EFBIG);
    CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = MAX, .l_len = 2};
    CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EOVERFLOW);
    lock.l_len = 1;
    CHECK(fcntl(fd, F_SETLK, &lock) == 0);
    lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = -6};
    CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EINVAL);
    lock.l_len = INT64_MIN;
    CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EINVAL);
    CHECK(lseek(fd, 10, SEEK_SET) == 10);
    lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = MAX};
    CHECK_ERRNO(fcntl(fd, F_SETLK, &lock), EOVERFLOW);
    lock.l_type = 99;
    CHECK_ERRNO(fcntl(fd, F_GETLK, &lock), EINVAL);
    return check_done();
}
