/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Lists of extended attributes: all names, whatever was set or removed between; sizes are told
 * first, and a buffer that is too small is refused. */
#include "attribute.h"

static void show(const char *path)
{
    char list[2048];
    ssize_t size = listxattr(path, list, sizeof(list));

    CHECK(size >= 0 && listxattr(path, NULL, 0) == size);
    attribute_show(path, list, size);
}

static void check_sizes(void)
{
    char list[2048];
    ssize_t size = listxattr("file", NULL, 0);

    CHECK(size > 1 && listxattr("file", list, (size_t)size) == size);
    CHECK_ERRNO(listxattr("file", list, (size_t)size - 1), ERANGE);
    CHECK_ERRNO(listxattr("file", list, 1), ERANGE);
    int fd = open("file", O_RDONLY);
    REQUIRE(fd >= 0);
    CHECK(flistxattr(fd, list, sizeof(list)) == size);
    attribute_show("by descriptor", list, size);
    CHECK(llistxattr("file", list, sizeof(list)) == size);
    CHECK(listxattr("follow", list, sizeof(list)) == size);
    attribute_show("by a link", list, size);
}

int main(void)
{
    char name[16];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    REQUIRE(mkdir("folder", 0755) == 0 && symlink("file", "follow") == 0);
    show("file");
    show("folder");
    CHECK(setxattr("file", attribute_name("b"), "1", 1, 0) == 0);
    CHECK(setxattr("file", attribute_name("a"), "2", 1, 0) == 0);
    CHECK(setxattr("file", attribute_name("c"), "3", 1, 0) == 0);
    CHECK(setxattr("folder", attribute_name("d"), "4", 1, 0) == 0);
    show("file");
    show("folder");
    CHECK(setxattr("file", attribute_name("a"), "longer", 6, 0) == 0);
    CHECK(removexattr("file", attribute_name("b")) == 0);
    CHECK(setxattr("file", attribute_name("with a space.and.dots"), "5", 1, 0) == 0);
    show("file");
    check_sizes();
    for (int i = 0; i < 32; i++) {
        snprintf(name, sizeof(name), "n%02d", i);
        CHECK(setxattr("folder", attribute_name(name), name, strlen(name), 0) == 0);
    }
    show("folder");
    for (int i = 0; i < 32; i += 2) {
        snprintf(name, sizeof(name), "n%02d", i);
        CHECK(removexattr("folder", attribute_name(name)) == 0);
    }
    show("folder");
    return check_done();
}
