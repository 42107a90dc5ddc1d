/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 linux=no */
/* fchmodat2, which Linux has since 6.6: the host's may be older. A link has no mode to change. */
#include "check.h"
#include <sys/syscall.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static long change(int folder, const char *path, unsigned mode, int flags)
{
    return syscall(SYS_fchmodat2, folder, path, mode, flags);
}

static unsigned mode_of(const char *path)
{
    struct stat status;

    REQUIRE(stat(path, &status) == 0);
    return status.st_mode & 07777;
}

int main(void)
{
    enter_scratch();
    make_file("file", "text");
    int folder = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(symlink("file", "link") == 0);

    CHECK(change(folder, "file", 0600, 0) == 0 && mode_of("file") == 0600);
    CHECK(change(folder, "link", 0640, 0) == 0 && mode_of("file") == 0640);
    CHECK(change(folder, "file", 0604, AT_SYMLINK_NOFOLLOW) == 0 && mode_of("file") == 0604);
    CHECK_ERRNO(change(folder, "link", 0600, AT_SYMLINK_NOFOLLOW), EOPNOTSUPP);
    CHECK(change(folder, "", 0700, AT_EMPTY_PATH) == 0 && mode_of(".") == 0700);
    CHECK_ERRNO(change(folder, "", 0700, 0), ENOENT);
    CHECK_ERRNO(change(folder, "file", 0700, 0x40), EINVAL);
    CHECK_ERRNO(change(99, "file", 0700, 0), EBADF);
    CHECK(mode_of("file") == 0604);
    return atomic_load(&check_failures) != 0;
}
