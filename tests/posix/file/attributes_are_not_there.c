/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Extended attributes on a file system that has none: refused, listed as none; what is wrong with
 * the arguments is said first. Linux's /proc is such a file system, too. */
#include "check.h"
#include <sys/xattr.h>

#define FILE_NAME "/proc/self/maps"
#define NAME      "user.name"

int main(void)
{
    char value[8], *name_too_long = calloc(1, 300);
    int fd = open(FILE_NAME, O_RDONLY);

    memset(name_too_long, 'a', 299);
    memcpy(name_too_long, "user.", 5);
    CHECK_ERRNO(getxattr(FILE_NAME, NAME, value, sizeof(value)), EOPNOTSUPP);
    CHECK_ERRNO(lgetxattr(FILE_NAME, NAME, value, sizeof(value)), EOPNOTSUPP);
    CHECK_ERRNO(fgetxattr(fd, NAME, value, sizeof(value)), EOPNOTSUPP);
    CHECK(listxattr(FILE_NAME, value, sizeof(value)) == 0);
    CHECK(llistxattr(FILE_NAME, value, sizeof(value)) == 0);
    CHECK(flistxattr(fd, NULL, 0) == 0);

    CHECK_ERRNO(getxattr("/absent", NAME, value, sizeof(value)), ENOENT);
    CHECK_ERRNO(setxattr("/absent", NAME, value, sizeof(value), 0), ENOENT);
    CHECK_ERRNO(removexattr("/absent", NAME), ENOENT);
    CHECK_ERRNO(listxattr("/absent", NULL, 0), ENOENT);
    CHECK_ERRNO(fgetxattr(99, NAME, value, sizeof(value)), EBADF);
    CHECK_ERRNO(fsetxattr(99, NAME, value, sizeof(value), 0), EBADF);
    CHECK_ERRNO(fremovexattr(99, NAME), EBADF);
    CHECK_ERRNO(flistxattr(99, NULL, 0), EBADF);

    CHECK_ERRNO(getxattr(FILE_NAME, "", value, sizeof(value)), ERANGE);
    CHECK_ERRNO(lgetxattr(FILE_NAME, name_too_long, value, sizeof(value)), ERANGE);
    CHECK_ERRNO(fgetxattr(fd, (char *)8, value, sizeof(value)), EFAULT);
    CHECK_ERRNO(setxattr(FILE_NAME, NAME, value, sizeof(value), 8), EINVAL);
    CHECK_ERRNO(setxattr(FILE_NAME, "", value, sizeof(value), 0), ERANGE);
    CHECK_ERRNO(lsetxattr(FILE_NAME, NAME, value, 65537, 0), E2BIG);
    CHECK_ERRNO(lremovexattr(FILE_NAME, ""), ERANGE);
    return check_done();
}
