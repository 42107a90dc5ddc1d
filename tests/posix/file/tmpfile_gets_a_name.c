/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=memory */
/* A file of O_TMPFILE can be linked by its descriptor, but once O_EXCL was said, never.
 * Shared folders have no O_TMPFILE. */
#include "check.h"

static int link_descriptor(int fd, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

int main(void)
{
    struct stat status;

    enter_scratch();
    int fd = open(".", O_TMPFILE | O_RDWR, 0600);
    REQUIRE(fd >= 0 && write(fd, "contents", 8) == 8);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0);
    make_file("taken", "");
    CHECK_ERRNO(link_descriptor(fd, "taken"), EEXIST);
    CHECK(link_descriptor(fd, "named") == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 1);
    show_file("named");
    CHECK(link_descriptor(fd, "again") == 0);
    CHECK(unlink("named") == 0 && unlink("again") == 0);
    /* It had names: now it is a deleted file like others. */
    CHECK_ERRNO(link_descriptor(fd, "named"), ENOENT);
    int hidden = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600);
    REQUIRE(hidden >= 0);
    CHECK_ERRNO(link_descriptor(hidden, "not"), ENOENT);
    CHECK_ERRNO(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
    return check_done();
}
