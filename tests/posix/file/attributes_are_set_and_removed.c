/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Extended attributes of files and folders, by path, by link and by descriptor: set, replaced,
 * read, removed; sizes are told, buffers that are too small refused, XATTR_CREATE and
 * XATTR_REPLACE obeyed. */
#include "attribute.h"

static void check_flags(void)
{
    const char *a = attribute_name("flags");

    CHECK_ERRNO(setxattr("file", a, "v", 1, XATTR_REPLACE), ENODATA);
    CHECK_ERRNO(setxattr("file", a, "v", 1, XATTR_CREATE | XATTR_REPLACE), ENODATA);
    CHECK(setxattr("file", a, "first", 5, XATTR_CREATE) == 0);
    CHECK_ERRNO(setxattr("file", a, "v", 1, XATTR_CREATE), EEXIST);
    CHECK_ERRNO(setxattr("file", a, "v", 1, XATTR_CREATE | XATTR_REPLACE), EEXIST);
    attribute_show_value("file", "flags");
    CHECK(setxattr("file", a, "longer than before", 18, XATTR_REPLACE) == 0);
    attribute_show_value("file", "flags");
    CHECK_ERRNO(setxattr("file", a, "v", 1, 4), EINVAL);
    CHECK(removexattr("file", a) == 0);
    CHECK_ERRNO(removexattr("file", a), ENODATA);
}

static void check_sizes(void)
{
    const char *a = attribute_name("sizes");
    char value[16] = "untouched";

    CHECK(setxattr("file", a, "0123456789", 10, 0) == 0);
    CHECK(getxattr("file", a, NULL, 0) == 10);
    CHECK(getxattr("file", a, value, 0) == 10);
    CHECK_ERRNO(getxattr("file", a, value, 9), ERANGE);
    CHECK_ERRNO(getxattr("file", a, value, 1), ERANGE);
    CHECK(strcmp(value, "untouched") == 0);
    CHECK(getxattr("file", a, value, 10) == 10 && memcmp(value, "0123456789", 10) == 0);
    CHECK(getxattr("file", a, value, sizeof(value)) == 10);
    CHECK(setxattr("file", a, "\0x\0", 3, 0) == 0); /* bytes, not text */
    CHECK(getxattr("file", a, value, sizeof(value)) == 3 && memcmp(value, "\0x\0", 3) == 0);
    CHECK(removexattr("file", a) == 0);
}

/* The same attribute is there by all ways to the file. */
static void check_ways(const char *path, int fd)
{
    char value[16];

    CHECK(setxattr(path, attribute_name("path"), "1", 1, 0) == 0);
    CHECK(lsetxattr(path, attribute_name("link"), "22", 2, 0) == 0);
    CHECK(fsetxattr(fd, attribute_name("fd"), "333", 3, 0) == 0);
    CHECK(fgetxattr(fd, attribute_name("path"), value, sizeof(value)) == 1);
    CHECK(getxattr(path, attribute_name("link"), value, sizeof(value)) == 2);
    CHECK(lgetxattr(path, attribute_name("fd"), value, sizeof(value)) == 3);
    CHECK(getxattr("follow", attribute_name("path"), value, sizeof(value)) ==
          (strcmp(path, "file") == 0 ? 1 : -1));
    CHECK(fremovexattr(fd, attribute_name("path")) == 0);
    CHECK(removexattr(path, attribute_name("link")) == 0);
    CHECK(lremovexattr(path, attribute_name("fd")) == 0);
    CHECK_ERRNO(fgetxattr(fd, attribute_name("fd"), value, sizeof(value)), ENODATA);
    CHECK_ERRNO(lgetxattr(path, attribute_name("path"), value, sizeof(value)), ENODATA);
}

int main(void)
{
    char value[8];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    REQUIRE(mkdir("folder", 0755) == 0 && symlink("file", "follow") == 0);
    int fd = open("file", O_RDONLY), folder = open("folder", O_RDONLY | O_DIRECTORY);
    int path_only = open("file", O_PATH);
    REQUIRE(fd >= 0 && folder >= 0 && path_only >= 0);

    check_flags();
    check_sizes();
    check_ways("file", fd);
    check_ways("folder", folder);
    CHECK_ERRNO(fgetxattr(path_only, attribute_name("path"), value, sizeof(value)), EBADF);
    CHECK_ERRNO(fsetxattr(path_only, attribute_name("path"), value, 1, 0), EBADF);
    CHECK_ERRNO(flistxattr(path_only, NULL, 0), EBADF);
    CHECK_ERRNO(fremovexattr(path_only, attribute_name("path")), EBADF);
    CHECK_ERRNO(getxattr("file/x", attribute_name("path"), value, 8), ENOTDIR);
    CHECK_ERRNO(getxattr("absent", attribute_name("path"), value, 8), ENOENT);
    show_file("file");
    return check_done();
}
