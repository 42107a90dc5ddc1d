/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Truncation cuts, growth reads as zero, even where bytes were before. */
#include "check.h"

static int fd;

static void show(const char *what)
{
    char buffer[9000];
    struct stat status;

    CHECK(fstat(fd, &status) == 0);
    ssize_t size = pread(fd, buffer, sizeof(buffer), 0);
    long sum = 0;
    for (ssize_t i = 0; i < size; i++)
        sum += buffer[i];
    printf("%s: %ld bytes, read %zd, sum %ld\n", what, (long)status.st_size, size, sum);
}

int main(void)
{
    char block[5000];

    enter_scratch();
    fd = open("file", O_RDWR | O_CREAT, 0600);
    memset(block, 1, sizeof(block));
    CHECK(write(fd, block, sizeof(block)) == 5000);
    show("written");
    CHECK(ftruncate(fd, 100) == 0);
    show("cut");
    CHECK(ftruncate(fd, 8192) == 0);
    show("grown");
    CHECK(truncate("file", 4097) == 0);
    show("cut by name");
    CHECK(lseek(fd, 0, SEEK_CUR) == 5000);
    CHECK(write(fd, "x", 1) == 1);
    show("written behind the end");
    CHECK(ftruncate(fd, 0) == 0);
    show("empty");
    CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
    return check_done();
}
