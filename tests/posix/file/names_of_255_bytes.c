/* SPDX-License-Identifier: BSD-3-Clause */
/* Names may have 255 bytes, one more is ENAMETOOLONG for every call that takes one. */
#include "check.h"
#include <dirent.h>

static char longest[256], other[256], longer[257];

static void fill_names(void)
{
    memset(longest, 'n', 255);
    memset(other, '\xfc', 255);
    memset(longer, 'n', 256);
}

static long nr_names(void)
{
    DIR *folder = opendir(".");
    long n = 0;
    REQUIRE(folder != NULL);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        n += strlen(e->d_name) == 255;
    closedir(folder);
    return n;
}

static void test_255(void)
{
    char text[16] = "";
    make_file(longest, "content");
    CHECK(link(longest, other) == 0 && nr_names() == 2);
    CHECK(unlink(longest) == 0 && rename(other, longest) == 0 && nr_names() == 1);
    CHECK(symlink("target", other) == 0 && readlink(other, text, sizeof(text)) == 6);
    CHECK(unlink(other) == 0 && mkdir(other, 0700) == 0 && chdir(other) == 0);
    make_file(longest, "deeper");
    CHECK(nr_names() == 1 && unlink(longest) == 0 && chdir("..") == 0 && rmdir(other) == 0);
    CHECK(access(longest, R_OK) == 0 && unlink(longest) == 0 && nr_names() == 0);
}

static void test_256(void)
{
    struct stat status;
    char text[16];
    make_file("file", "");
    CHECK_ERRNO(open(longer, O_RDONLY), ENAMETOOLONG);
    CHECK_ERRNO(open(longer, O_WRONLY | O_CREAT, 0600), ENAMETOOLONG);
    CHECK_ERRNO(stat(longer, &status), ENAMETOOLONG);
    CHECK_ERRNO(mkdir(longer, 0700), ENAMETOOLONG);
    CHECK_ERRNO(rmdir(longer), ENAMETOOLONG);
    CHECK_ERRNO(unlink(longer), ENAMETOOLONG);
    CHECK_ERRNO(link("file", longer), ENAMETOOLONG);
    CHECK_ERRNO(symlink("file", longer), ENAMETOOLONG);
    CHECK_ERRNO(readlink(longer, text, sizeof(text)), ENAMETOOLONG);
    CHECK_ERRNO(rename("file", longer), ENAMETOOLONG);
    CHECK_ERRNO(rename(longer, "file"), ENAMETOOLONG);
    CHECK_ERRNO(truncate(longer, 0), ENAMETOOLONG);
    CHECK_ERRNO(chmod(longer, 0600), ENAMETOOLONG);
}

int main(void)
{
    enter_scratch();
    fill_names();
    test_255();
    test_256();
    return check_done();
}
