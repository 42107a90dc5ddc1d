/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* user.* is for regular files and folders: of a symbolic link itself nothing can be read or set,
 * and through it the file's is. Pipes have no attributes at all, but the rule comes first. */
#include "attribute.h"

int main(void)
{
    char value[8];
    int ends[2];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    REQUIRE(symlink("file", "link") == 0 && symlink("absent", "dangling") == 0);
    CHECK(setxattr("link", attribute_name("a"), "1", 1, 0) == 0);
    attribute_show_value("file", "a");
    CHECK_ERRNO(lsetxattr("link", "user.a", "1", 1, 0), EPERM);
    CHECK_ERRNO(lgetxattr("link", "user.a", value, sizeof(value)), ENODATA);
    CHECK_ERRNO(lremovexattr("link", "user.a"), EPERM);
    CHECK(llistxattr("link", NULL, 0) >= 0);
    CHECK_ERRNO(setxattr("dangling", attribute_name("a"), "1", 1, 0), ENOENT);
    CHECK_ERRNO(getxattr("dangling", attribute_name("a"), value, 8), ENOENT);
    CHECK_ERRNO(listxattr("dangling", NULL, 0), ENOENT);

    REQUIRE(pipe(ends) == 0);
    CHECK_ERRNO(fsetxattr(ends[0], "user.a", "1", 1, 0), EPERM);
    CHECK_ERRNO(fgetxattr(ends[0], "user.a", value, sizeof(value)), ENODATA);
    CHECK_ERRNO(fremovexattr(ends[1], "user.a"), EPERM);
    CHECK_ERRNO(fgetxattr(ends[0], "trusted", value, sizeof(value)), EOPNOTSUPP);
    CHECK_ERRNO(fgetxattr(ends[0], "security.a", value, sizeof(value)), EOPNOTSUPP);
    CHECK_ERRNO(fsetxattr(ends[0], "security.a", "1", 1, 0), EOPNOTSUPP);
    CHECK(flistxattr(ends[0], NULL, 0) == 0);
    return check_done();
}
