/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* fsync, fdatasync, sync, statfs, statvfs and fallocate answer sanely.
 * Shared folders by 9P have no fallocate. */
#include "check.h"
#include <sys/statfs.h>
#include <sys/statvfs.h>

int main(void)
{
    struct statfs fs;
    struct statvfs vfs;
    struct stat status;

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(write(fd, "x", 1) == 1 && fsync(fd) == 0 && fdatasync(fd) == 0);
    sync();
    CHECK(statfs(".", &fs) == 0 && fs.f_bsize >= 512 && fs.f_namelen == 255);
    CHECK(fs.f_blocks >= fs.f_bfree && fs.f_bfree > 0);
    CHECK(fstatfs(fd, &fs) == 0 && statvfs("file", &vfs) == 0 && vfs.f_namemax == 255);
    CHECK_ERRNO(statfs("absent", &fs), ENOENT);
    CHECK(posix_fallocate(fd, 0, 10000) == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 10000);
    CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0);
    return check_done();
}
