/* SPDX-License-Identifier: BSD-3-Clause */
/* A listing tells of each name the type and the number that stat() tells. */
#include "check.h"
#include <dirent.h>

static int type_of(mode_t mode)
{
    return (int)((mode & S_IFMT) >> 12);
}

static void check_entry(const struct dirent *e)
{
    struct stat status;
    REQUIRE(lstat(e->d_name, &status) == 0);
    if (e->d_type != type_of(status.st_mode))
        printf("%s: type %d, not %d\n", e->d_name, e->d_type, type_of(status.st_mode));
    if (strcmp(e->d_name, "..") != 0 && e->d_ino != status.st_ino)
        printf("%s: another number\n", e->d_name);
}

int main(void)
{
    const struct dirent *e;
    int n = 0;
    enter_scratch();
    REQUIRE(mkdir("work", 0700) == 0 && chdir("work") == 0);
    make_file("file", "");
    REQUIRE(link("file", "second") == 0 && symlink("file", "link") == 0);
    REQUIRE(symlink("none", "dangling") == 0 && mkdir("folder", 0700) == 0);
    DIR *folder = opendir(".");
    REQUIRE(folder != NULL);
    for (; (e = readdir(folder)) != NULL; n++)
        check_entry(e);
    printf("%d entries\n", n);
    CHECK(rename("folder", "moved") == 0 && rename("link", "folder") == 0);
    rewinddir(folder);
    for (n = 0; (e = readdir(folder)) != NULL; n++)
        check_entry(e);
    printf("%d entries\n", n);
    CHECK(closedir(folder) == 0);
    return check_done();
}
