/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A file that has lost one of its names, open or not, is what it was by the other one. */
#include "check.h"

static struct stat stat_of(const char *path)
{
    struct stat st = {0};
    CHECK(stat(path, &st) == 0);
    return st;
}

/* Gives a file two names, and takes the second one away, which was asked about last. */
static void lose_a_name(const char *first, const char *second)
{
    ino_t ino = stat_of(first).st_ino;
    CHECK(link(first, second) == 0);
    CHECK(stat_of(second).st_nlink == 2);
    CHECK(unlink(second) == 0);
    CHECK(stat_of(first).st_nlink == 1 && stat_of(first).st_ino == ino);
}

static void changes_reach_it(const char *path)
{
    CHECK(chmod(path, 0600) == 0);
    CHECK((stat_of(path).st_mode & 07777) == 0600);
    CHECK(truncate(path, 3) == 0);
    CHECK(link(path, "again") == 0 && stat_of("again").st_nlink == 2);
    CHECK((stat_of("again").st_mode & 07777) == 0600 && stat_of("again").st_size == 3);
    show_file("again");
    CHECK(unlink("again") == 0 && stat_of(path).st_nlink == 1);
}

int main(void)
{
    enter_scratch();
    CHECK(mkdir("here", 0777) == 0 && mkdir("there", 0777) == 0);
    make_file("here/file", "content");
    lose_a_name("here/file", "there/file");
    changes_reach_it("here/file");

    make_file("here/opened", "content");
    int fd = open("here/opened", O_RDWR);
    lose_a_name("here/opened", "there/opened");
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && st.st_nlink == 1);
    CHECK(pwrite(fd, "C", 1, 0) == 1);
    CHECK(close(fd) == 0);
    show_file("here/opened");
    changes_reach_it("here/opened");

    make_file("here/replacing", "new");
    make_file("here/replaced", "old");
    CHECK(link("here/replaced", "there/replaced") == 0);
    CHECK(stat_of("here/replaced").st_nlink == 2);
    CHECK(rename("here/replacing", "here/replaced") == 0);
    CHECK(stat_of("there/replaced").st_nlink == 1);
    show_file("there/replaced");
    show_file("here/replaced");

    CHECK(symlink("nowhere", "soft") == 0 && link("soft", "softer") == 0);
    CHECK(lstat("softer", &st) == 0 && unlink("softer") == 0);
    CHECK(lstat("soft", &st) == 0 && st.st_nlink == 1);
    return check_done();
}
