/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Calls on extended attributes refuse wild pointers with EFAULT. */
#include "../file/attribute.h"
#include "wild.h"

int main(void)
{
    char buffer[256];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    REQUIRE(symlink("file", "link") == 0);
    const char *there = attribute_name("there");
    REQUIRE(setxattr("file", there, "value", 5, 0) == 0);
    long fd = open("file", O_RDWR), path = (long)"file", name = (long)there, into = (long)buffer;
    REQUIRE(fd >= 0);

    const struct wild_call calls[] = {
        ROW(setxattr, 0, 0, 0, name, into, 5, 0),  ROW(setxattr, 1, 0, path, 0, into, 5, 0),
        ROW(setxattr, 2, 0, path, name, 0, 5, 0),  ROW(lsetxattr, 0, 0, 0, name, into, 5, 0),
        ROW(lsetxattr, 1, 0, path, 0, into, 5, 0), ROW(lsetxattr, 2, 0, path, name, 0, 5, 0),
        ROW(fsetxattr, 1, 0, fd, 0, into, 5, 0),   ROW(fsetxattr, 2, 0, fd, name, 0, 5, 0),
        ROW(getxattr, 0, 0, 0, name, into, 256),   ROW(getxattr, 1, 0, path, 0, into, 256),
        ROW(getxattr, 2, 0, path, name, 0, 256),   ROW(lgetxattr, 0, 0, 0, name, into, 256),
        ROW(lgetxattr, 1, 0, path, 0, into, 256),  ROW(lgetxattr, 2, 0, path, name, 0, 256),
        ROW(fgetxattr, 1, 0, fd, 0, into, 256),    ROW(fgetxattr, 2, 0, fd, name, 0, 256),
        ROW(listxattr, 0, 0, 0, into, 256),        ROW(listxattr, 1, 0, path, 0, 256),
        ROW(llistxattr, 0, 0, 0, into, 256),       ROW(llistxattr, 1, 0, path, 0, 256),
        ROW(flistxattr, 1, 0, fd, 0, 256),         ROW(removexattr, 0, 0, 0, name),
        ROW(removexattr, 1, 0, path, 0),           ROW(lremovexattr, 0, 0, 0, name),
        ROW(lremovexattr, 1, 0, path, 0),          ROW(fremovexattr, 1, 0, fd, 0),
    };
    TRY_WILD(calls);
    attribute_show_value("file", "there");
    CHECK(dup(0) == (int)fd + 1);
    return check_done();
}
