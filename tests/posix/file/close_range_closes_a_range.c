/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* close_range closes all descriptors of a range, or marks them; holes are no error. */
#include "check.h"
#include <sys/syscall.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

static long range(unsigned first, unsigned last, int flags)
{
    return syscall(SYS_close_range, first, last, flags);
}

static void show(void)
{
    for (int fd = 10; fd <= 20; fd += 2)
        printf("%d: %d  ", fd, fcntl(fd, F_GETFD));
    puts("");
}

int main(void)
{
    int fd = open("/dev/null", O_RDONLY);

    for (int i = 10; i <= 20; i += 2)
        CHECK(dup2(fd, i) == i);
    show();
    CHECK(range(11, 13, CLOSE_RANGE_CLOEXEC) == 0);
    show();
    CHECK(range(12, 16, 0) == 0);
    show();
    CHECK(range(13, 15, 0) == 0 && range(1000000, ~0U, 0) == 0);
    CHECK_ERRNO(range(15, 14, 0), EINVAL);
    CHECK_ERRNO(range(10, 20, 1), EINVAL);
    show();
    CHECK(range(3, ~0U, 0) == 0);
    show();
    CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
    return check_done();
}
