/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Policies, priority ranges and the nice value read as on Linux. */
#include "check.h"
#include <sys/resource.h>
#include <sys/syscall.h>

int main(void)
{
    struct sched_param param = {.sched_priority = 5};

    printf("fifo %d..%d, other %d..%d\n", sched_get_priority_min(SCHED_FIFO),
           sched_get_priority_max(SCHED_FIFO), sched_get_priority_min(SCHED_OTHER),
           sched_get_priority_max(SCHED_OTHER));
    CHECK_ERRNO(sched_get_priority_max(77), EINVAL);
    /* musl leaves these two out: the system calls are there. */
    printf("policy %ld\n", syscall(SYS_sched_getscheduler, 0));
    CHECK(syscall(SYS_sched_getparam, 0, &param) == 0 && param.sched_priority == 0);
    CHECK_ERRNO(syscall(SYS_sched_getparam, 0, NULL), EINVAL);
    param.sched_priority = 1;
    CHECK_ERRNO(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_setscheduler, 0, 77, &param), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_getscheduler, 0x3fffffff), ESRCH);
    CHECK(getpriority(PRIO_PROCESS, 0) == 0);
    CHECK(setpriority(PRIO_PROCESS, 0, 7) == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == 7);
    CHECK(setpriority(PRIO_PROCESS, 0, 100) == 0);
    CHECK(getpriority(PRIO_PROCESS, 0) == 19);
    return check_done();
}
