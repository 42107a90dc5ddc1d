/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=memory */
/* Extended attributes on a tmpfs (/dev/shm), for root: trusted.* and security.* of every kind of
 * file, values up to 64 KiB, lists that are longer than a call can tell; those of a memfd. It is
 * the same wherever the folder of the test is. */
#include "attribute.h"
#include <sys/mman.h>

#define LARGEST (64 * 1024)

static char folder[64] = "/dev/shm/test.XXXXXX";

static void check_kinds(void)
{
    static const char *const kinds[] = {"file", "folder", "link", "fifo", "device"};
    char value[8];

    make_file("file", "text");
    REQUIRE(mkdir("folder", 0755) == 0 && symlink("absent", "link") == 0);
    REQUIRE(mkfifo("fifo", 0644) == 0 && mknod("device", S_IFCHR | 0600, 0x103) == 0);
    for (int i = 0; i < 5; i++) {
        CHECK(lsetxattr(kinds[i], "trusted.a", kinds[i], 4, 0) == 0);
        CHECK(lsetxattr(kinds[i], "security.a", "s", 1, XATTR_CREATE) == 0);
        attribute_show_value(kinds[i], "a");
        CHECK(llistxattr(kinds[i], NULL, 0) == (ssize_t)sizeof("trusted.a") + 11);
        CHECK(lremovexattr(kinds[i], "security.a") == 0);
        CHECK_ERRNO(lgetxattr(kinds[i], "security.a", value, 8), ENODATA);
    }
    for (int i = 2; i < 5; i++) {
        CHECK_ERRNO(lsetxattr(kinds[i], "user.a", "1", 1, 0), EPERM);
        CHECK_ERRNO(lgetxattr(kinds[i], "user.a", value, 8), ENODATA);
        CHECK_ERRNO(lremovexattr(kinds[i], "user.a"), EPERM);
    }
    for (int i = 0; i < 5; i++)
        CHECK((i == 1 ? rmdir(kinds[i]) : unlink(kinds[i])) == 0);
}

static void check_large(void)
{
    static char value[LARGEST], read[LARGEST];

    make_file("file", "");
    for (int i = 0; i < LARGEST; i++)
        value[i] = (char)(i * 13 + i / 256);
    for (size_t size = LARGEST; size > 0; size /= 3) {
        CHECK(setxattr("file", "trusted.large", value, size, 0) == 0);
        memset(read, 0, sizeof(read));
        CHECK(getxattr("file", "trusted.large", NULL, 0) == (ssize_t)size);
        CHECK(getxattr("file", "trusted.large", read, LARGEST) == (ssize_t)size);
        CHECK(memcmp(read, value, size) == 0);
        CHECK(size == 1 ||
              (getxattr("file", "trusted.large", read, size - 1) == -1 && errno == ERANGE));
    }
    CHECK_ERRNO(setxattr("file", "trusted.large", value, LARGEST + 1, 0), E2BIG);
    CHECK(unlink("file") == 0);
}

/* More names than a list may have bytes: how long it would be can still be asked. */
static void check_long_list(void)
{
    static char list[LARGEST];
    char name[256];
    int count = 0;

    make_file("file", "");
    for (ssize_t size = 0; size <= LARGEST; size += 256) {
        memset(name, 'n', sizeof(name));
        snprintf(name + 245, 11, "%010d", count++);
        memcpy(name, "trusted.", 8);
        CHECK(setxattr("file", name, "x", 1, XATTR_CREATE) == 0);
        CHECK(listxattr("file", NULL, 0) == size + 256);
    }
    CHECK_ERRNO(listxattr("file", list, LARGEST - 1), ERANGE);
    CHECK_ERRNO(listxattr("file", list, LARGEST), E2BIG);
    CHECK_ERRNO(listxattr("file", list, (size_t)1 << 40), E2BIG);
    CHECK(removexattr("file", name) == 0);
    CHECK(listxattr("file", list, LARGEST) == LARGEST);
    printf("%d names, %d found\n", count, (int)getxattr("file", list, NULL, 0));
    CHECK(unlink("file") == 0);
}

static void check_memfd(void)
{
    char value[8];
    int fd = memfd_create("memory", 0);

    REQUIRE(fd >= 0);
    CHECK(fsetxattr(fd, "trusted.m", "memfd", 5, 0) == 0);
    CHECK(fgetxattr(fd, "trusted.m", value, sizeof(value)) == 5);
    CHECK(flistxattr(fd, NULL, 0) == 10);
    CHECK(close(fd) == 0);
}

int main(void)
{
    attribute_prefix = "trusted.";
    REQUIRE(mkdtemp(folder) != NULL && chdir(folder) == 0);
    check_kinds();
    check_large();
    check_long_list();
    check_memfd();
    CHECK_ERRNO(setxattr(folder, "trusted.", "x", 1, 0), EINVAL);
    CHECK_ERRNO(setxattr(folder, "security.", "x", 1, 0), EINVAL);
    CHECK(chdir("/") == 0 && rmdir(folder) == 0);
    return check_done();
}
