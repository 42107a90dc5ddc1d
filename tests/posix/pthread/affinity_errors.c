/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Wrong affinity masks, sizes, pointers and thread ids are refused. */
#include "check.h"
#include <sys/syscall.h>

int main(void)
{
    cpu_set_t none, absent, all;
    unsigned char small[4];

    CPU_ZERO(&none);
    CPU_ZERO(&absent);
    CPU_SET(1023, &absent);
    memset(&all, 0xff, sizeof(all));
    CHECK_ERRNO(sched_setaffinity(0, sizeof(none), &none), EINVAL);
    CHECK_ERRNO(sched_setaffinity(0, sizeof(absent), &absent), EINVAL);
    CHECK_ERRNO(sched_setaffinity(0x3fffffff, sizeof(all), &all), ESRCH);
    CHECK_ERRNO(sched_setaffinity(0, sizeof(all), (void *)1), EFAULT);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, sizeof(small) - 1, small), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, 0, sizeof(all), (void *)8), EFAULT);
    CHECK_ERRNO(syscall(SYS_sched_getaffinity, -1, sizeof(all), &all), ESRCH);
    CHECK(sched_setaffinity(0, sizeof(all), &all) == 0);
    CHECK(cpus_allowed() == sysconf(_SC_NPROCESSORS_ONLN));
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof(all), &all);
    CHECK(bytes > 0 && bytes % 8 == 0 && bytes <= (long)sizeof(all));
    return check_done();
}
