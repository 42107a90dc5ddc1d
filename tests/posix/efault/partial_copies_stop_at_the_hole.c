/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Buffers that run into a hole: what fits is moved or the call fails, nothing beyond is touched. */
#include "wild.h"

int main(void)
{
    int ends[2];
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *edge = page + 4096;

    REQUIRE(page != MAP_FAILED && munmap(edge, 4096) == 0);
    enter_scratch();
    /* A path that ends just before the hole is fine, one that runs into it is not. */
    strcpy(edge - 5, "name");
    int fd = open(edge - 5, O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0);
    memcpy(edge - 4, "name", 4);
    CHECK_ERRNO(open(edge - 4, O_RDONLY), EFAULT);
    CHECK_ERRNO(syscall(SYS_stat, "name", edge - 8), EFAULT);
    /* A write from such a buffer moves the part that is there, or fails. */
    ssize_t count = write(fd, edge - 10, 20);
    CHECK(count == 10 || (count == -1 && errno == EFAULT));
    REQUIRE(pipe(ends) == 0 && write(ends[1], "0123456789", 10) == 10);
    CHECK(read(ends[0], edge - 10, 10) == 10 && memcmp(edge - 10, "0123456789", 10) == 0);
    CHECK(clock_gettime(CLOCK_REALTIME, (struct timespec *)(edge - 16)) == 0);
    CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_REALTIME, edge - 8), EFAULT);
    CHECK(mprotect(page, 4096, PROT_READ) == 0);
    CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_REALTIME, edge - 16), EFAULT);
    CHECK_ERRNO(read(open("/dev/zero", O_RDONLY), page, 10), EFAULT);
    return check_done();
}
