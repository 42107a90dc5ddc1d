/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Dots, double slashes, trailing slashes and links of all kinds lead where they should. */
#include "check.h"

static void look(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        printf("%s: %s\n", path, strerror(errno));
    else
        printf("%s: %s, %ld bytes\n", path, S_ISDIR(status.st_mode) ? "folder" : "file",
               S_ISDIR(status.st_mode) ? 0 : (long)status.st_size);
}

int main(void)
{
    char text[64] = "";

    enter_scratch();
    REQUIRE(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0 && mkdir("a/b/c", 0755) == 0);
    make_file("a/b/file", "12345");
    REQUIRE(symlink("b", "a/to_b") == 0 && symlink("../b/file", "a/b/up") == 0);
    REQUIRE(symlink("/", "root") == 0 && symlink("a/to_b/", "slash") == 0);
    look("a//b///file");
    look("./a/./b/../b/file");
    look("a/b/");
    look("a/to_b/file");
    look("a/to_b/up");
    look("a/b/c/../file");
    look("a/to_b/../to_b/c/..");
    look("slash/file");
    look("a/b/file/..");
    look("root/../../tmp");
    look("../../../../../../..");
    CHECK(readlink("a/b/up", text, sizeof(text)) == 9 && strcmp(text, "../b/file") == 0);
    memset(text, 0, sizeof(text));
    CHECK(readlink("a/b/up", text, 4) == 4 && strcmp(text, "../b") == 0);
    struct stat link;
    CHECK(lstat("a/to_b", &link) == 0 && S_ISLNK(link.st_mode) && link.st_size == 1);
    CHECK(lstat("a/to_b/", &link) == 0 && S_ISDIR(link.st_mode));
    char name[16];
    for (int i = 0; i < 45; i++) {
        snprintf(name, sizeof(name), "chain%d", i);
        snprintf(text, sizeof(text), i ? "chain%d" : "a/b/file", i - 1);
        REQUIRE(symlink(text, name) == 0);
    }
    look("chain39");
    look("chain40");
    return check_done();
}
