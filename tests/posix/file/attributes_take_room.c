/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 mem=48M linux=no files=memory */
/* Extended attributes in memory take their room from that of the file system: then there is no
 * more, and what was there stays; what is removed, replaced by less, or goes with its file gives it
 * back. user.* and ACLs are not for this file system, as Linux 6.1's tmpfs has the former. */
#include "check.h"
#include <sys/statfs.h>
#include <sys/xattr.h>

#define SIZE 30000

static char value[2 * SIZE];

static unsigned long used(void)
{
    struct statfs status;

    REQUIRE(statfs(".", &status) == 0);
    return status.f_blocks - status.f_bfree;
}

/* Fills the file system with attributes; how many there are. */
static int fill(void)
{
    char name[32];
    int count = 0;

    for (;; count++) {
        snprintf(name, sizeof(name), "trusted.%d", count);
        if (setxattr("file", name, value, SIZE, 0) != 0)
            break;
    }
    CHECK(errno == ENOSPC);
    return count;
}

int main(void)
{
    char name[32], end = 'x';

    REQUIRE(mkdir("/dev/shm/room", 0755) == 0 && chdir("/dev/shm/room") == 0);
    make_file("file", "text");
    unsigned long before = used();
    int count = fill();
    CHECK(count > 100);
    CHECK(used() > before + (unsigned long)count * (SIZE / 4096));
    CHECK(getxattr("file", "trusted.0", NULL, 0) == SIZE);
    CHECK_ERRNO(setxattr("file", "trusted.more", value, SIZE, 0), ENOSPC);
    CHECK_ERRNO(setxattr("file", "trusted.0", value, 2 * SIZE, XATTR_REPLACE), ENOSPC);
    CHECK(getxattr("file", "trusted.0", NULL, 0) == SIZE);
    CHECK(setxattr("file", "trusted.0", &end, 1, 0) == 0);
    CHECK(setxattr("file", "trusted.more", value, SIZE / 3, 0) == 0);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "trusted.%d", i);
        CHECK(removexattr("file", name) == 0);
    }
    CHECK(removexattr("file", "trusted.more") == 0);
    CHECK(used() == before && listxattr("file", NULL, 0) == 0);

    CHECK(fill() == count);
    CHECK(unlink("file") == 0);
    make_file("file", "text");
    CHECK(used() == before);

    CHECK_ERRNO(setxattr("file", "user.a", "1", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(getxattr("file", "user.a", name, 1), EOPNOTSUPP);
    CHECK_ERRNO(removexattr("file", "user.a"), EOPNOTSUPP);
    CHECK_ERRNO(setxattr("file", "system.posix_acl_access", "1", 1, 0), EOPNOTSUPP);
    CHECK_ERRNO(getxattr("file", "system.posix_acl_default", name, 1), EOPNOTSUPP);
    return atomic_load(&check_failures) != 0;
}
