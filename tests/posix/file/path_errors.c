/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Each wrong path gives its errno. */
#include "check.h"

int main(void)
{
    char name[300], path[5000];

    enter_scratch();
    make_file("file", "text");
    REQUIRE(mkdir("folder", 0755) == 0 && symlink("loop", "loop") == 0);
    memset(name, 'n', sizeof(name));
    name[256] = 0;
    for (size_t i = 0; i < sizeof(path); i += 2)
        memcpy(path + i, "./", 2);
    path[sizeof(path) - 1] = 0;
    CHECK_ERRNO(open("absent/file", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("file/below", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("file/", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
    CHECK_ERRNO(open("loop/file", O_RDONLY), ELOOP);
    CHECK_ERRNO(open(name, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(open(path, O_RDONLY), ENAMETOOLONG);
    name[255] = 0;
    CHECK_ERRNO(open(name, O_RDONLY), ENOENT);
    CHECK(close(open(name, O_WRONLY | O_CREAT, 0600)) == 0);
    CHECK_ERRNO(mkdir("folder", 0700), EEXIST);
    CHECK_ERRNO(mkdir("file", 0700), EEXIST);
    CHECK_ERRNO(mkdir("absent/folder", 0700), ENOENT);
    CHECK_ERRNO(rmdir("file"), ENOTDIR);
    CHECK_ERRNO(rmdir("absent"), ENOENT);
    CHECK_ERRNO(rmdir("."), EINVAL);
    CHECK_ERRNO(unlink("folder"), EISDIR);
    CHECK_ERRNO(unlink("absent"), ENOENT);
    CHECK_ERRNO(chdir("file"), ENOTDIR);
    CHECK_ERRNO(readlink("file", name, 10), EINVAL);
    CHECK_ERRNO(symlink("x", "file"), EEXIST);
    CHECK_ERRNO(link("absent", "new"), ENOENT);
    CHECK_ERRNO(link("file", "folder"), EEXIST);
    CHECK_ERRNO(link("folder", "new"), EPERM);
    CHECK_ERRNO(truncate("folder", 0), EISDIR);
    CHECK_ERRNO(truncate("file", -1), EINVAL);
    CHECK_ERRNO(close(999), EBADF);
    CHECK_ERRNO(fsync(999), EBADF);
    CHECK_ERRNO(openat(999, "file", O_RDONLY), EBADF);
    CHECK_ERRNO(openat(open("file", O_RDONLY), "below", O_RDONLY), ENOTDIR);
    return check_done();
}
