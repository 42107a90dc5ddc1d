/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* mknod, mknodat and creat make files and pipes; lchown and fchownat change whose they are.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"
#include <sys/syscall.h>
#include <sys/sysmacros.h>

static void kind(const char *path)
{
    struct stat status;

    REQUIRE(lstat(path, &status) == 0);
    printf("%s: %o, %ld bytes\n", path, status.st_mode, (long)status.st_size);
}

int main(void)
{
    enter_scratch();
    umask(022);
    int folder = open(".", O_RDONLY | O_DIRECTORY);

    CHECK(mknod("plain", 0666, 0) == 0 && mknod("regular", S_IFREG | 0600, 0) == 0);
    CHECK(mknod("pipe", S_IFIFO | 0666, 0) == 0);
    CHECK(mknodat(folder, "other_pipe", S_IFIFO | 0640, 0) == 0);
    kind("plain"), kind("regular"), kind("pipe"), kind("other_pipe");
    CHECK_ERRNO(mknod("plain", 0666, 0), EEXIST);
    CHECK_ERRNO(mknodat(folder, "absent/pipe", S_IFIFO | 0640, 0), ENOENT);
    CHECK_ERRNO(mknodat(folder, "plain/pipe", S_IFIFO | 0640, 0), ENOTDIR);
    CHECK_ERRNO(mknodat(99, "pipe", S_IFIFO | 0640, 0), EBADF);
    CHECK_ERRNO(mknod("folder", S_IFDIR | 0755, 0), EPERM);
    CHECK_ERRNO(mknod("strange", 0150000 | 0644, 0), EINVAL);

    make_file("text", "some text");
    int fd = creat("text", 0600);
    CHECK(fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY);
    kind("text");
    CHECK(close(fd) == 0);
    CHECK_ERRNO(creat(".", 0600), EISDIR);

    CHECK(symlink("absent", "link") == 0);
    CHECK(lchown("link", getuid(), getgid()) == 0 && lchown("link", -1, -1) == 0);
    CHECK_ERRNO(chown("link", getuid(), getgid()), ENOENT);
    CHECK(fchownat(folder, "link", getuid(), -1, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK_ERRNO(fchownat(folder, "link", -1, -1, 0), ENOENT);
    CHECK(fchownat(folder, "", -1, getgid(), AT_EMPTY_PATH) == 0);
    CHECK_ERRNO(fchownat(folder, "", -1, -1, 0), ENOENT);
    CHECK_ERRNO(fchownat(folder, "text", -1, -1, 0x40), EINVAL);
    return check_done();
}
