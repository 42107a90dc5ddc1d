/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* nftw visits every folder and file of a tree, before or after its contents as asked. */
#include "check.h"
#include <ftw.h>

static int files, folders, links, order_wrong;
static char last[4096];

static int visit(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)where;
    files += type == FTW_F;
    folders += type == FTW_D || type == FTW_DP;
    links += type == FTW_SL;
    strcpy(last, path);
    return 0;
}

static int removing(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)where;
    if (remove(path) != 0)
        order_wrong++;
    return type == FTW_NS;
}

int main(void)
{
    char path[64];

    enter_scratch();
    REQUIRE(mkdir("tree", 0755) == 0);
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof(path), "tree/folder%d", i);
        REQUIRE(mkdir(path, 0755) == 0);
        for (int j = 0; j < 4; j++) {
            snprintf(path, sizeof(path), "tree/folder%d/file%d", i, j);
            make_file(path, "x");
        }
    }
    REQUIRE(symlink("folder0", "tree/link") == 0);
    CHECK(nftw("tree", visit, 8, FTW_PHYS) == 0);
    printf("%d files, %d folders, %d links\n", files, folders, links);
    CHECK(nftw("tree", visit, 8, FTW_PHYS | FTW_DEPTH) == 0);
    puts(last);
    CHECK(nftw("tree", removing, 8, FTW_PHYS | FTW_DEPTH) == 0);
    printf("%d not removed, gone %d\n", order_wrong, access("tree", F_OK) == -1);
    return check_done();
}
