/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=memory */
/* What is made in a folder with the set-group-ID bit has its group; folders have the bit too.
 * Shared folders have no O_TMPFILE. */
#include "check.h"

static void show(const char *path)
{
    struct stat status;

    REQUIRE(lstat(path, &status) == 0);
    printf("%s: mode %o\n", path, (unsigned)status.st_mode);
}

int main(void)
{
    struct stat folder, status;

    enter_scratch();
    umask(022);
    REQUIRE(mkdir("folder", 0755) == 0);
    if (geteuid() == 0) /* others cannot give files away */
        CHECK(chown("folder", -1, 1234) == 0);
    CHECK(chmod("folder", 02755) == 0 && stat("folder", &folder) == 0);
    make_file("folder/file", "");
    CHECK(mkdir("folder/sub", 0777) == 0 && mkdir("folder/sub/deep", 0700) == 0);
    CHECK(symlink("file", "folder/link") == 0 && mkfifo("folder/fifo", 0600) == 0);
    int fd = open("folder", O_TMPFILE | O_RDWR, 0600);
    CHECK(fstat(fd, &status) == 0 && status.st_gid == folder.st_gid);
    static const char *const names[] = {"folder",          "folder/file", "folder/sub",
                                        "folder/sub/deep", "folder/link", "folder/fifo"};
    for (int i = 0; i < 6; i++) {
        show(names[i]);
        CHECK(lstat(names[i], &status) == 0 && status.st_gid == folder.st_gid);
    }
    return check_done();
}
