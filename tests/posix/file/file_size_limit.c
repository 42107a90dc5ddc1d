/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 files=virtiofs */
/* RLIMIT_FSIZE cuts writes short, then each call that would go beyond is EFBIG with SIGXFSZ.
 * Shared folders by 9P have no fallocate. */
#include "check.h"
#include <sys/resource.h>

static int signals;

static void count(int sig)
{
    signals += sig == SIGXFSZ;
}

static void limit(rlim_t bytes)
{
    struct rlimit all;

    REQUIRE(getrlimit(RLIMIT_FSIZE, &all) == 0);
    all.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &all) == 0);
}

int main(void)
{
    static char bytes[8192];
    struct stat status;
    off_t from = 0, to = 10000;

    enter_scratch();
    signal(SIGXFSZ, count);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    int other = open("other", O_RDWR | O_CREAT, 0600);
    REQUIRE(write(other, bytes, sizeof(bytes)) == sizeof(bytes));
    limit(10000);
    CHECK(write(fd, bytes, 8192) == 8192 && signals == 0);
    CHECK(write(fd, bytes, 8192) == 10000 - 8192 && signals == 0);
    CHECK_ERRNO(write(fd, bytes, 1), EFBIG);
    CHECK(signals == 1);
    CHECK_ERRNO(pwrite(fd, bytes, 1, 20000), EFBIG);
    CHECK(signals == 2 && pwrite(fd, bytes, 100, 0) == 100);
    CHECK_ERRNO(ftruncate(fd, 10001), EFBIG);
    CHECK(signals == 3 && ftruncate(fd, 10000) == 0);
    CHECK_ERRNO(truncate("file", 1 << 30), EFBIG);
    CHECK(signals == 4);
    CHECK_ERRNO(fallocate(fd, 0, 0, 10001), EFBIG);
    CHECK(signals == 5);
    CHECK_ERRNO(copy_file_range(other, &from, fd, &to, 100, 0), EFBIG);
    CHECK(signals == 6);
    to = 9950;
    CHECK(copy_file_range(other, &from, fd, &to, 100, 0) == 50);
    CHECK(fstat(fd, &status) == 0 && status.st_size == 10000);
    limit(100);
    CHECK(ftruncate(fd, 5000) == 0 && signals == 6); /* a file may shrink */
    limit(RLIM_INFINITY);
    CHECK(write(fd, bytes, 8192) == 8192);
    printf("%d signals\n", signals);
    return check_done();
}
