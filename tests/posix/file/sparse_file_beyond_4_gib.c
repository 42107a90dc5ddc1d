/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 mem=64M */
/* A file may be sparse and larger than memory and 4 GiB. */
#include "check.h"

int main(void)
{
    const off_t far = 5000000000;
    struct stat status;
    char buffer[16] = {1};

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(pwrite(fd, "far away", 8, far) == 8);
    CHECK(fstat(fd, &status) == 0 && status.st_size == far + 8);
    CHECK(status.st_blocks < 1000);
    CHECK(lseek(fd, 0, SEEK_END) == far + 8);
    CHECK(pread(fd, buffer, 8, far) == 8 && memcmp(buffer, "far away", 8) == 0);
    CHECK(pread(fd, buffer, 8, far - 8) == 8 && buffer[0] == 0 && buffer[7] == 0);
    CHECK(pread(fd, buffer, 8, 0) == 8 && buffer[0] == 0);
    CHECK(ftruncate(fd, 1) == 0 && fstat(fd, &status) == 0 && status.st_size == 1);
    CHECK(ftruncate(fd, 3000000000) == 0 && pread(fd, buffer, 1, 2999999999) == 1);
    return check_done();
}
