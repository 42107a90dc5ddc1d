/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* kill, tkill and tgkill check signal numbers and targets. */
#include "check.h"
#include <sys/syscall.h>

int main(void)
{
    pid_t pid = getpid(), tid = gettid();

    CHECK(pid == tid);
    CHECK(kill(pid, 0) == 0);
    CHECK_ERRNO(kill(pid, 65), EINVAL);
    CHECK_ERRNO(kill(pid, -1), EINVAL);
    CHECK_ERRNO(kill(0x3fffffff, 0), ESRCH);
    CHECK_ERRNO(syscall(SYS_tgkill, pid, 0x3fffffff, SIGUSR1), ESRCH);
    CHECK_ERRNO(syscall(SYS_tgkill, 0x3fffffff, tid, SIGUSR1), ESRCH);
    CHECK_ERRNO(syscall(SYS_tgkill, pid, tid, 65), EINVAL);
    CHECK_ERRNO(syscall(SYS_tgkill, 0, tid, SIGUSR1), EINVAL);
    CHECK_ERRNO(syscall(SYS_tgkill, pid, -1, SIGUSR1), EINVAL);
    CHECK_ERRNO(syscall(SYS_tkill, 0x3fffffff, SIGUSR1), ESRCH);
    CHECK_ERRNO(syscall(SYS_tkill, 0, SIGUSR1), EINVAL);
    CHECK(syscall(SYS_tgkill, pid, tid, 0) == 0);
    return check_done();
}
