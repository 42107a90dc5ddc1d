/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* umask, chmod and fchmod set mode bits, sticky and set-id bits included. */
#include "check.h"

static void show(const char *path)
{
    struct stat status;

    REQUIRE(stat(path, &status) == 0);
    printf("%s %o\n", path, status.st_mode & 07777);
}

int main(void)
{
    enter_scratch();
    umask(027);
    CHECK(umask(027) == 027);
    CHECK(close(open("file", O_WRONLY | O_CREAT, 0666)) == 0 && mkdir("folder", 0777) == 0);
    show("file");
    show("folder");
    CHECK(chmod("file", 04711) == 0);
    show("file");
    int fd = open("folder", O_RDONLY);
    CHECK(fchmod(fd, 01777) == 0);
    show("folder");
    CHECK(symlink("file", "link") == 0 && chmod("link", 0604) == 0);
    show("file");
    CHECK(access("file", F_OK | R_OK | W_OK) == 0);
    CHECK_ERRNO(access("absent", F_OK), ENOENT);
    CHECK_ERRNO(access("file", 77), EINVAL);
    CHECK_ERRNO(chmod("absent", 0600), ENOENT);
    CHECK(chown("file", -1, -1) == 0 && fchown(fd, getuid(), getgid()) == 0);
    return check_done();
}
