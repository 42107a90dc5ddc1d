/* SPDX-License-Identifier: BSD-3-Clause */
/* Which calls follow a symbolic link, to what may not be there yet, and how far. */
#include "check.h"

static void test_dangling(void)
{
    struct stat status;
    REQUIRE(mkdir("folder", 0700) == 0);
    REQUIRE(symlink("folder/made", "dangling") == 0);
    CHECK_ERRNO(stat("dangling", &status), ENOENT);
    CHECK_ERRNO(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_ERRNO(mkdir("dangling", 0700), EEXIST);
    make_file("dangling", "by a link");
    show_file("folder/made");
}

static void test_which_follow(void)
{
    struct stat link, file;
    CHECK_ERRNO(open("dangling", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK(chmod("dangling", 0640) == 0 && stat("folder/made", &file) == 0);
    CHECK((file.st_mode & 07777) == 0640);
    CHECK(truncate("dangling", 2) == 0);
    show_file("folder/made");
    CHECK(linkat(AT_FDCWD, "dangling", AT_FDCWD, "file", AT_SYMLINK_FOLLOW) == 0);
    CHECK(stat("file", &link) == 0 && link.st_nlink == 2 && S_ISREG(link.st_mode));
    CHECK(linkat(AT_FDCWD, "dangling", AT_FDCWD, "second", 0) == 0);
    CHECK(lstat("second", &link) == 0 && S_ISLNK(link.st_mode) && link.st_nlink == 2);
    CHECK(rename("dangling", "moved") == 0 && lstat("moved", &link) == 0);
    CHECK(S_ISLNK(link.st_mode) && access("folder/made", F_OK) == 0);
    CHECK(unlink("moved") == 0 && unlink("second") == 0 && access("folder/made", F_OK) == 0);
}

static void test_folders(void)
{
    struct stat status;
    REQUIRE(symlink("folder", "way") == 0);
    show_file("way/made");
    CHECK(lstat("way", &status) == 0 && S_ISLNK(status.st_mode));
    CHECK(lstat("way/", &status) == 0 && S_ISDIR(status.st_mode));
    CHECK_ERRNO(rmdir("way"), ENOTDIR);
    CHECK_ERRNO(open("way", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), ENOTDIR);
    REQUIRE(chdir("way") == 0);
    CHECK(access("../file", F_OK) == 0 && chdir("..") == 0);
}

/* A chain of n links, to "file". */
static void chain(int n)
{
    char name[16], next[16];
    for (int i = 1; i <= n; i++) {
        snprintf(name, sizeof(name), "c%d", i);
        snprintf(next, sizeof(next), "c%d", i - 1);
        REQUIRE(symlink(i == 1 ? "file" : next, name) == 0);
    }
}

int main(void)
{
    struct stat status;
    enter_scratch();
    test_dangling();
    test_which_follow();
    test_folders();
    chain(41);
    CHECK(stat("c40", &status) == 0);
    CHECK_ERRNO(stat("c41", &status), ELOOP);
    CHECK(symlink("round", "about") == 0 && symlink("about", "round") == 0);
    CHECK_ERRNO(open("round", O_RDONLY), ELOOP);
    CHECK_ERRNO(open("round", O_RDWR | O_CREAT, 0600), ELOOP);
    CHECK(lstat("round", &status) == 0 && unlink("round") == 0);
    CHECK_ERRNO(open("about", O_RDONLY), ENOENT);
    return check_done();
}
