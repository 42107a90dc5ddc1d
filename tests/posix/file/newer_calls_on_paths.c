/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* openat2, faccessat2 and statx. */
#include "check.h"
#include <linux/openat2.h>
#include <linux/stat.h>
#include <sys/syscall.h>

static long open2(const char *path, struct open_how how, size_t size)
{
    return syscall(SYS_openat2, AT_FDCWD, path, &how, size);
}

static void opening(void)
{
    struct {
        struct open_how how;
        uint64_t later; /* of a kernel to come */
    } longer = {.how = {.flags = O_RDONLY}};
    struct open_how read = {.flags = O_RDONLY}, make = {.flags = O_WRONLY | O_CREAT, .mode = 0640};
    size_t size = sizeof(read);
    struct stat status;

    int fd = (int)open2("made", make, size);
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && close(fd) == 0);
    printf("made: %o\n", status.st_mode);
    fd = (int)open2("made", read, size);
    CHECK(fd >= 0 && close(fd) == 0);
    CHECK_ERRNO(open2("absent", read, size), ENOENT);
    CHECK_ERRNO(open2("made", read, size - 1), EINVAL);
    CHECK_ERRNO(open2("made", read, 0), EINVAL);
    CHECK_ERRNO(open2("made", (struct open_how){.mode = 0640}, size), EINVAL);
    CHECK_ERRNO(open2("other", (struct open_how){.flags = O_CREAT, .mode = 0200000}, size), EINVAL);
    CHECK_ERRNO(open2("made", (struct open_how){.flags = 1UL << 40}, size), EINVAL);
    CHECK_ERRNO(open2("made", (struct open_how){.resolve = 1UL << 40}, size), EINVAL);
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "made", 8L, size), EFAULT);

    fd = (int)syscall(SYS_openat2, AT_FDCWD, "made", &longer, sizeof(longer));
    CHECK(fd >= 0 && close(fd) == 0);
    longer.later = 1;
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "made", &longer, sizeof(longer)), E2BIG);
    CHECK_ERRNO(syscall(SYS_openat2, AT_FDCWD, "made", &longer, 5000), E2BIG);
}

static long access2(int folder, const char *path, int mode, int flags)
{
    return syscall(SYS_faccessat2, folder, path, mode, flags);
}

static void access_rights(int folder)
{
    CHECK(access2(folder, "made", R_OK | W_OK, 0) == 0);
    CHECK(access2(folder, "made", F_OK, AT_EACCESS) == 0);
    CHECK_ERRNO(access2(folder, "made", X_OK, AT_EACCESS), EACCES);
    CHECK_ERRNO(access2(folder, "absent", F_OK, 0), ENOENT);
    CHECK_ERRNO(access2(folder, "made", 8, 0), EINVAL);
    CHECK_ERRNO(access2(folder, "made", F_OK, 0x40), EINVAL);
    CHECK(symlink("absent", "link") == 0);
    CHECK_ERRNO(access2(folder, "link", F_OK, 0), ENOENT);
    CHECK(access2(folder, "link", F_OK, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(access2(folder, "", F_OK, AT_EMPTY_PATH) == 0);
}

static void status(int folder)
{
    struct statx x;

    CHECK(syscall(SYS_statx, folder, "made", 0, STATX_BASIC_STATS, &x) == 0);
    CHECK((x.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
    printf("made: %o, %llu bytes, %u link\n", x.stx_mode, (unsigned long long)x.stx_size,
           x.stx_nlink);
    CHECK(syscall(SYS_statx, folder, "", AT_EMPTY_PATH, STATX_TYPE, &x) == 0);
    CHECK((x.stx_mode & S_IFMT) == S_IFDIR);
    CHECK(syscall(SYS_statx, folder, "link", AT_SYMLINK_NOFOLLOW, STATX_TYPE, &x) == 0);
    CHECK((x.stx_mode & S_IFMT) == S_IFLNK);
    CHECK_ERRNO(syscall(SYS_statx, folder, "link", 0, STATX_TYPE, &x), ENOENT);
    CHECK_ERRNO(syscall(SYS_statx, folder, "made", 0, 1U << 31, &x), EINVAL);
    CHECK_ERRNO(syscall(SYS_statx, folder, "made", 0x6000, STATX_TYPE, &x), EINVAL);
    CHECK_ERRNO(syscall(SYS_statx, folder, "made", 0x40, STATX_TYPE, &x), EINVAL);
    CHECK_ERRNO(syscall(SYS_statx, folder, "made", 0, STATX_TYPE, 8L), EFAULT);
    CHECK_ERRNO(syscall(SYS_statx, 99, "made", 0, STATX_TYPE, &x), EBADF);
}

int main(void)
{
    enter_scratch();
    umask(0);
    int folder = open(".", O_RDONLY | O_DIRECTORY);
    opening();
    access_rights(folder);
    status(folder);
    return check_done();
}
