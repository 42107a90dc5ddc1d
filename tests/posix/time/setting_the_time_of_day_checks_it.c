/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* settimeofday refuses what is no time. By number: musl sets the time by clock_settime. */
#include "check.h"
#include <sys/syscall.h>
#include <sys/time.h>

static long set(long seconds, long microseconds)
{
    return syscall(SYS_settimeofday, &(struct timeval){seconds, microseconds}, NULL);
}

int main(void)
{
    CHECK_ERRNO(set(1, 1000000), EINVAL);
    CHECK_ERRNO(set(1, -1), EINVAL);
    CHECK_ERRNO(set(-1, 0), EINVAL);
    CHECK_ERRNO(set(INT64_MAX, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_settimeofday, 8L, NULL), EFAULT);
    return check_done();
}
