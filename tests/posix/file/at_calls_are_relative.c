/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* The *at calls start at their folder's descriptor, AT_FDCWD or the root. */
#include "check.h"

int main(void)
{
    struct stat status;
    char text[32] = {0};

    enter_scratch();
    REQUIRE(mkdir("folder", 0755) == 0);
    int folder = open("folder", O_RDONLY | O_DIRECTORY), path = open("folder", O_PATH);
    REQUIRE(folder >= 0 && path >= 0);
    int fd = openat(folder, "file", O_RDWR | O_CREAT, 0644);
    CHECK(fd >= 0 && access("folder/file", F_OK) == 0);
    CHECK(mkdirat(folder, "sub", 0755) == 0 && symlinkat("file", path, "link") == 0);
    CHECK(readlinkat(folder, "link", text, sizeof(text)) == 4 && strcmp(text, "file") == 0);
    CHECK(fstatat(folder, "link", &status, 0) == 0 && S_ISREG(status.st_mode));
    CHECK(fstatat(folder, "link", &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode));
    CHECK(fstatat(fd, "", &status, AT_EMPTY_PATH) == 0 && S_ISREG(status.st_mode));
    CHECK_ERRNO(fstatat(fd, "", &status, 0), ENOENT);
    CHECK(linkat(folder, "file", AT_FDCWD, "outside", 0) == 0);
    CHECK(renameat(AT_FDCWD, "outside", folder, "sub/inside") == 0);
    CHECK(faccessat(folder, "sub/inside", R_OK, 0) == 0);
    CHECK(fchmodat(folder, "file", 0600, 0) == 0);
    CHECK(fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0600 && status.st_nlink == 2);
    CHECK_ERRNO(unlinkat(folder, "sub", 0), EISDIR);
    CHECK_ERRNO(unlinkat(folder, "sub", AT_REMOVEDIR), ENOTEMPTY);
    CHECK(unlinkat(folder, "sub/inside", 0) == 0 && unlinkat(folder, "sub", AT_REMOVEDIR) == 0);
    CHECK_ERRNO(unlinkat(folder, "file", 0x8000), EINVAL);
    CHECK(openat(folder, "/", O_RDONLY) >= 0);
    CHECK_ERRNO(read(path, text, 1), EBADF);
    CHECK(fstat(path, &status) == 0 && S_ISDIR(status.st_mode));
    return check_done();
}
