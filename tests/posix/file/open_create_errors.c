/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Which error open(2) with O_CREAT gives where several would be right. */
#include "check.h"

int main(void)
{
    enter_scratch();
    make_file("file", "");
    REQUIRE(mkdir("folder", 0700) == 0 && symlink("folder", "link") == 0);
    REQUIRE(symlink("new/", "slash") == 0);
    int create = O_CREAT | O_WRONLY;
    CHECK_ERRNO(open("new/", create, 0600), EISDIR);
    CHECK_ERRNO(open("file/", create, 0600), EISDIR);
    CHECK_ERRNO(open("folder/", create, 0600), EISDIR);
    CHECK_ERRNO(open("folder/", create | O_EXCL, 0600), EISDIR);
    CHECK_ERRNO(open("link/", create, 0600), EISDIR);
    CHECK_ERRNO(open("slash", create, 0600), EISDIR);
    CHECK_ERRNO(open("folder", create | O_EXCL, 0600), EEXIST);
    CHECK_ERRNO(open("folder", create, 0600), EISDIR);
    CHECK_ERRNO(open("folder/.", create, 0600), EISDIR);
    CHECK_ERRNO(open("nowhere/new", create, 0600), ENOENT);
    CHECK_ERRNO(open("file/new", create, 0600), ENOTDIR);
    CHECK_ERRNO(open("new", create | O_DIRECTORY, 0600), EINVAL);
    CHECK_ERRNO(open("folder", O_CREAT | O_DIRECTORY, 0600), EINVAL);
    CHECK_ERRNO(access("new", F_OK), ENOENT);
    CHECK_ERRNO(open("file/", O_RDONLY), ENOTDIR);
    return check_done();
}
