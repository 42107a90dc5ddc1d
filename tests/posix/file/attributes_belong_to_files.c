/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Extended attributes are the file's, whatever names it has: by all hard links, after it is
 * renamed, while it is open without a name; another file with its name has none of them. Changing
 * them changes the time of the last change of the file's state, and no other. */
#include "attribute.h"

static void check_times(void)
{
    struct stat before, after;

    make_file("times", "text");
    REQUIRE(stat("times", &before) == 0);
    sleep_ms(20);
    CHECK(setxattr("times", attribute_name("t"), "1", 1, 0) == 0);
    REQUIRE(stat("times", &after) == 0);
    CHECK(after.st_ctim.tv_sec > before.st_ctim.tv_sec ||
          after.st_ctim.tv_nsec > before.st_ctim.tv_nsec);
    CHECK(memcmp(&after.st_mtim, &before.st_mtim, sizeof(after.st_mtim)) == 0);
    CHECK(after.st_size == before.st_size && after.st_mode == before.st_mode);
    sleep_ms(20);
    REQUIRE(stat("times", &before) == 0);
    CHECK_ERRNO(setxattr("times", attribute_name("t"), "2", 1, XATTR_CREATE), EEXIST);
    CHECK_ERRNO(removexattr("times", attribute_name("none")), ENODATA);
    REQUIRE(stat("times", &after) == 0);
    CHECK(memcmp(&after.st_ctim, &before.st_ctim, sizeof(after.st_ctim)) == 0);
    CHECK(removexattr("times", attribute_name("t")) == 0);
    REQUIRE(stat("times", &after) == 0);
    CHECK(memcmp(&after.st_ctim, &before.st_ctim, sizeof(after.st_ctim)) != 0);
}

int main(void)
{
    char value[16];

    enter_scratch();
    attribute_begin();
    make_file("file", "text");
    CHECK(setxattr("file", attribute_name("a"), "of the file", 11, 0) == 0);
    CHECK(link("file", "second") == 0);
    attribute_show_value("second", "a");
    CHECK(setxattr("second", attribute_name("a"), "by the link", 11, 0) == 0);
    attribute_show_value("file", "a");
    CHECK(rename("file", "moved") == 0);
    attribute_show_value("moved", "a");
    make_file("file", "another");
    attribute_show_value("file", "a");
    CHECK(rename("file", "second") == 0);
    attribute_show_value("second", "a");
    attribute_show_value("moved", "a");

    int fd = open("moved", O_RDWR);
    REQUIRE(fd >= 0 && ftruncate(fd, 0) == 0 && write(fd, "new", 3) == 3);
    attribute_show_value("moved", "a");
    CHECK(unlink("moved") == 0);
    CHECK(fgetxattr(fd, attribute_name("a"), value, sizeof(value)) == 11);
    CHECK(fsetxattr(fd, attribute_name("b"), "late", 4, 0) == 0);
    CHECK(fgetxattr(fd, attribute_name("b"), value, sizeof(value)) == 4);
    CHECK(fremovexattr(fd, attribute_name("a")) == 0);
    CHECK_ERRNO(fgetxattr(fd, attribute_name("a"), value, sizeof(value)), ENODATA);
    CHECK(close(fd) == 0);
    make_file("moved", "new");
    attribute_show_value("moved", "b");

    CHECK(mkdir("folder", 0755) == 0 && setxattr("folder", attribute_name("f"), "1", 1, 0) == 0);
    CHECK(chmod("folder", 0700) == 0 && rename("folder", "other") == 0);
    attribute_show_value("other", "f");
    CHECK(rmdir("other") == 0 && mkdir("other", 0755) == 0);
    attribute_show_value("other", "f");
    check_times();
    return check_done();
}
