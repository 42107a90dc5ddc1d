/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* readdir lists each name once with its type, in folders of any size, while others come and go. */
#include "check.h"
#include <dirent.h>

#define COUNT 700

static int seen[COUNT];

static int list(int *others)
{
    DIR *folder = opendir(".");
    struct dirent *entry;
    int found = 0, number;

    REQUIRE(folder != NULL);
    memset(seen, 0, sizeof(seen));
    *others = 0;
    while ((entry = readdir(folder)) != NULL) {
        CHECK(entry->d_ino != 0);
        if (sscanf(entry->d_name, "file%d", &number) == 1) {
            CHECK(seen[number]++ == 0 && entry->d_type == DT_REG);
            found++;
        } else {
            CHECK(entry->d_type == (strcmp(entry->d_name, "link") ? DT_DIR : DT_LNK));
            (*others)++;
        }
    }
    CHECK(closedir(folder) == 0);
    return found;
}

int main(void)
{
    char name[32];
    int others;

    enter_scratch();
    REQUIRE(mkdir("sub", 0755) == 0 && symlink("sub", "link") == 0);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof(name), "file%d", i);
        make_file(name, "");
    }
    int found = list(&others);
    printf("found %d and %d others\n", found, others);
    DIR *folder = opendir(".");
    REQUIRE(folder != NULL);
    for (int i = 0; i < 20; i++)
        CHECK(readdir(folder) != NULL);
    long where = telldir(folder);
    struct dirent *next = readdir(folder);
    REQUIRE(next != NULL);
    strcpy(name, next->d_name);
    for (int i = 0; i < 30; i++)
        CHECK(readdir(folder) != NULL);
    seekdir(folder, where);
    next = readdir(folder);
    CHECK(next != NULL && strcmp(name, next->d_name) == 0);
    rewinddir(folder);
    int removed = 0;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, "file", 4) == 0 && unlink(entry->d_name) == 0)
            removed++;
    closedir(folder);
    printf("removed %d\n", removed);
    found = list(&others);
    printf("found %d and %d others\n", found, others);
    return check_done();
}
