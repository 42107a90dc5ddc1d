/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* /dev/null, zero, full, random and urandom behave as their names say. */
#include "check.h"

static int device(const char *path)
{
    int fd = open(path, O_RDWR);

    REQUIRE(fd >= 0);
    return fd;
}

int main(void)
{
    unsigned char block[256], second[256];
    static const char *const random_devices[] = {"/dev/random", "/dev/urandom"};

    int null = device("/dev/null"), zero = device("/dev/zero"), full = device("/dev/full");
    CHECK(write(null, "gone", 4) == 4 && read(null, block, 4) == 0);
    memset(block, 1, sizeof(block));
    CHECK(read(zero, block, sizeof(block)) == 256 && block[0] == 0 && block[255] == 0);
    CHECK(write(zero, "gone", 4) == 4);
    CHECK_ERRNO(write(full, "x", 1), ENOSPC);
    CHECK(read(full, block, 4) == 4 && block[0] == 0);
    CHECK(lseek(null, 100, SEEK_SET) >= 0);
    for (int i = 0; i < 2; i++) {
        int fd = device(random_devices[i]);
        CHECK(read(fd, block, 256) == 256 && read(fd, second, 256) == 256);
        CHECK(memcmp(block, second, 256) != 0);
        int kinds[256] = {0}, different = 0;
        for (int j = 0; j < 256; j++)
            different += kinds[block[j]]++ == 0;
        CHECK(different > 100);
        close(fd);
    }
    CHECK(!isatty(null) && errno == ENOTTY);
    CHECK(access("/dev/stdin", F_OK) == 0 && access("/dev/stdout", F_OK) == 0);
    int out = open("/dev/stdout", O_WRONLY);
    CHECK(out >= 0 && write(out, "through /dev/stdout\n", 20) == 20);
    return check_done();
}
