/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* sched_setparam changes the priority and leaves the policy. By number: musl has no such call. */
#include "check.h"
#include <sys/syscall.h>

static long set(pid_t pid, int priority)
{
    return syscall(SYS_sched_setparam, pid, &(struct sched_param){.sched_priority = priority});
}

static void show(void)
{
    struct sched_param seen = {.sched_priority = -1};

    CHECK(syscall(SYS_sched_getparam, 0, &seen) == 0);
    printf("policy %ld, priority %d\n", syscall(SYS_sched_getscheduler, 0), seen.sched_priority);
}

int main(void)
{
    struct sched_param five = {.sched_priority = 5}, zero = {0};

    CHECK(set(0, 0) == 0);
    CHECK_ERRNO(set(0, 1), EINVAL);
    CHECK_ERRNO(set(-1, 0), EINVAL);
    CHECK_ERRNO(set(4194303, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_sched_setparam, 0, NULL), EINVAL);
    CHECK_ERRNO(syscall(SYS_sched_setparam, 0, 8L), EFAULT);
    CHECK_ERRNO(syscall(SYS_sched_getparam, 0, NULL), EINVAL);
    show();
    CHECK(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &five) == 0);
    CHECK(set(gettid(), 7) == 0);
    show();
    CHECK_ERRNO(set(0, 0), EINVAL);
    CHECK_ERRNO(set(0, 100), EINVAL);
    CHECK(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &zero) == 0);
    show();
    return check_done();
}
