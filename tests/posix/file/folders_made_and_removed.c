/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* mkdir, rmdir, link counts, non-empty folders, deep trees. */
#include "check.h"

int main(void)
{
    struct stat status;

    enter_scratch();
    CHECK(mkdir("a", 0755) == 0 && mkdir("a/b", 0700) == 0 && mkdir("a/c/", 0700) == 0);
    CHECK(stat("a", &status) == 0 && S_ISDIR(status.st_mode) && (status.st_mode & 0777) == 0755);
    CHECK_ERRNO(rmdir("a"), ENOTEMPTY);
    make_file("a/b/file", "x");
    CHECK_ERRNO(rmdir("a/b"), ENOTEMPTY);
    CHECK_ERRNO(rmdir("a/b/.."), ENOTEMPTY);
    CHECK(unlink("a/b/file") == 0 && rmdir("a/b") == 0 && rmdir("a/c") == 0 && rmdir("a") == 0);
    CHECK_ERRNO(stat("a", &status), ENOENT);
    char here[4096];
    for (int i = 0; i < 30; i++) {
        CHECK(mkdir("deeper", 0755) == 0 && chdir("deeper") == 0);
        CHECK(getcwd(here, sizeof(here)) != NULL);
    }
    CHECK(strstr(here, "/deeper/deeper/deeper") != NULL);
    for (int i = 0; i < 30; i++)
        CHECK(chdir("..") == 0 && rmdir("deeper") == 0);
    /* A removed working folder is still there, but nothing can be made in it. */
    CHECK(mkdir("gone", 0755) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
    CHECK_ERRNO(open("file", O_WRONLY | O_CREAT, 0600), ENOENT);
    CHECK(getcwd(here, sizeof(here)) == NULL && errno == ENOENT);
    return check_done();
}
