/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 timeout=120 */
/* Folders within folders, deeper than a path can say: made and left one by one, reached by parts of
 * the path, by "..", and after a folder in the middle was renamed; removed from the inside. */
#include "check.h"
#include <limits.h>

#define DEPTH 480
#define NAME  "a-folder" /* eight characters and a slash: 4320 in all */

/* A path of n folders, for less than PATH_MAX. */
static const char *path_of(int n)
{
    static char path[16384];
    path[0] = '\0';
    for (int i = 0; i < n; i++)
        memcpy(path + 9 * i, NAME "/", 10);
    return path;
}

static const char *up(int n)
{
    static char path[16384];
    path[0] = '\0';
    for (int i = 0; i < n; i++)
        memcpy(path + 3 * i, "../", 4);
    return path;
}

static void check_paths(int top)
{
    struct stat inner, again;
    char cwd[PATH_MAX];

    CHECK_ERRNO(fstatat(top, path_of(DEPTH), &inner, 0), ENAMETOOLONG);
    int fd = openat(top, path_of(DEPTH / 2), O_RDONLY | O_DIRECTORY);
    REQUIRE(fd >= 0);
    CHECK(fstatat(fd, path_of(DEPTH / 2), &inner, 0) == 0 && stat(".", &again) == 0);
    CHECK(inner.st_ino == again.st_ino && inner.st_dev == again.st_dev);
    CHECK_ERRNO(fstatat(fd, path_of(DEPTH / 2 + 1), &inner, 0), ENOENT);
    CHECK(close(fd) == 0);
    CHECK_ERRNO(syscall(79, cwd, sizeof(cwd)), ENAMETOOLONG); /* getcwd */
}

int main(void)
{
    struct stat inner, again;

    enter_scratch();
    int top = open(".", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < DEPTH; i++)
        REQUIRE(mkdir(NAME, 0700) == 0 && chdir(NAME) == 0);
    make_file("file", "at the bottom");
    check_paths(top);
    CHECK(stat(up(DEPTH), &inner) == 0 && fstat(top, &again) == 0 && inner.st_ino == again.st_ino);

    int middle = openat(top, path_of(200), O_RDONLY | O_DIRECTORY);
    CHECK(middle >= 0 && renameat(middle, NAME, top, "moved") == 0);
    CHECK_ERRNO(renameat(top, "moved", top, "moved/" NAME "/within"), EINVAL);
    show_file("file");
    CHECK(stat(up(DEPTH - 200), &inner) == 0 && inner.st_ino == again.st_ino);
    CHECK(renameat(top, "moved", middle, NAME) == 0);
    show_file("file");

    REQUIRE(unlink("file") == 0);
    for (int i = 0; i < DEPTH; i++)
        REQUIRE(chdir("..") == 0 && rmdir(NAME) == 0);
    CHECK(close(top) == 0 && close(middle) == 0);
    return check_done();
}
