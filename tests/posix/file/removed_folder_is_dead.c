/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder that was removed while somebody works in it, and has it open, makes and finds
 * nothing. */
#include "check.h"
#include <dirent.h>
#include <limits.h>
#include <sys/syscall.h>

int main(void)
{
    char path[PATH_MAX];
    struct stat status;
    enter_scratch();
    REQUIRE(mkdir("folder", 0700) == 0);
    int top = open(".", O_RDONLY), fd = open("folder", O_RDONLY | O_DIRECTORY);
    DIR *listing = opendir("folder");
    REQUIRE(top >= 0 && fd >= 0 && listing != NULL && chdir("folder") == 0);
    CHECK(rmdir("../folder") == 0);
    CHECK_ERRNO(syscall(SYS_getcwd, path, sizeof(path)), ENOENT);
    CHECK_ERRNO(open("f", O_WRONLY | O_CREAT, 0600), ENOENT);
    CHECK_ERRNO(openat(fd, "f", O_RDONLY), ENOENT);
    CHECK_ERRNO(mkdir("f", 0700), ENOENT);
    CHECK_ERRNO(symlinkat("x", fd, "f"), ENOENT);
    CHECK_ERRNO(stat("f", &status), ENOENT);
    CHECK_ERRNO(syscall(SYS_getdents64, fd, path, sizeof(path)), ENOENT);
    CHECK_ERRNO(renameat(top, "folder", top, "other"), ENOENT);
    errno = 0;
    CHECK(readdir(listing) == NULL);
    CHECK(closedir(listing) == 0);

    /* One of the same name is another one. */
    REQUIRE(mkdirat(top, "folder", 0700) == 0);
    CHECK_ERRNO(openat(fd, "f", O_WRONLY | O_CREAT, 0600), ENOENT);
    int other = openat(top, "folder", O_RDONLY | O_DIRECTORY);
    int made = openat(other, "f", O_WRONLY | O_CREAT, 0600);
    CHECK(other >= 0 && made >= 0);
    CHECK_ERRNO(openat(fd, "f", O_RDONLY), ENOENT);
    CHECK(fchdir(top) == 0 && access("folder/f", F_OK) == 0);
    CHECK(unlink("folder/f") == 0 && rmdir("folder") == 0);
    return check_done();
}
