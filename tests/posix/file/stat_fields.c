/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* stat tells type, mode, size, links, blocks, times and identity of files of each kind. */
#include "check.h"
#include <sys/sysmacros.h>

static struct stat look(const char *path)
{
    struct stat status = {0};

    REQUIRE(lstat(path, &status) == 0);
    printf("%s: type %o mode %o links %ld size %ld\n", path, status.st_mode & S_IFMT,
           status.st_mode & 07777, S_ISDIR(status.st_mode) ? 0 : (long)status.st_nlink,
           S_ISDIR(status.st_mode) ? 0 : (long)status.st_size);
    CHECK(status.st_uid == geteuid() && status.st_blksize >= 512 && status.st_ino != 0);
    return status;
}

int main(void)
{
    int ends[2];
    struct stat status;

    umask(022);
    enter_scratch();
    make_file("file", "some text");
    REQUIRE(symlink("somewhere", "link") == 0 && mkdir("folder", 0750) == 0);
    struct stat file = look("file"), folder = look("folder"), link = look("link");
    CHECK(file.st_ino != folder.st_ino && link.st_ino != file.st_ino);
    CHECK(file.st_dev == folder.st_dev && file.st_blocks > 0);
    long long age = now_ns(CLOCK_REALTIME) - file.st_mtim.tv_sec * SEC - file.st_mtim.tv_nsec;
    CHECK(age > -SEC && age < 3600 * SEC);
    REQUIRE(pipe(ends) == 0);
    CHECK(fstat(ends[0], &status) == 0 && S_ISFIFO(status.st_mode));
    CHECK(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
    printf("null is %u:%u\n", major(status.st_rdev), minor(status.st_rdev));
    CHECK(stat("/dev/zero", &status) == 0 && S_ISCHR(status.st_mode));
    printf("zero is %u:%u\n", major(status.st_rdev), minor(status.st_rdev));
    return check_done();
}
