/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A process without children waits for none: ECHILD, after the checks of the arguments. */
#include "check.h"
#include <limits.h>
#include <sys/syscall.h>
#include <sys/wait.h>

int main(void)
{
    struct {
        siginfo_t info;
    } seen;
    int status = 77;

    CHECK_ERRNO(wait(NULL), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
    CHECK_ERRNO(waitpid(0, &status, WUNTRACED | WCONTINUED), ECHILD);
    CHECK_ERRNO(waitpid(getpid(), &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(-getpid(), (int *)8, 0), ECHILD);
    CHECK_ERRNO(waitpid(4194303, &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(INT_MIN, &status, 0), ESRCH);
    CHECK_ERRNO(waitpid(-1, &status, 0x100), EINVAL);
    CHECK_ERRNO(waitpid(-1, &status, WEXITED), EINVAL);
    CHECK_ERRNO(syscall(SYS_wait4, -1, &status, 0, NULL), ECHILD);
    printf("status %d\n", status);

    memset(&seen, 0x55, sizeof(seen));
    CHECK_ERRNO(waitid(P_ALL, 0, &seen.info, WEXITED), ECHILD);
    printf("info %x %x %x, %x %x %x\n", seen.info.si_signo, seen.info.si_errno, seen.info.si_code,
           seen.info.si_pid, seen.info.si_uid, seen.info.si_status);
    CHECK_ERRNO(syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED | WNOHANG, NULL), ECHILD);
    CHECK_ERRNO(syscall(SYS_waitid, P_ALL, 0, 8, WEXITED, NULL), EFAULT);
    CHECK_ERRNO(waitid(P_PID, getpid(), &seen.info, WSTOPPED | WNOWAIT), ECHILD);
    CHECK_ERRNO(waitid(P_PID, 0, &seen.info, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(P_PGID, 0, &seen.info, WCONTINUED), ECHILD);
    CHECK_ERRNO(waitid(P_PGID, -1, &seen.info, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(P_PIDFD, 0, &seen.info, WEXITED), EBADF);
    CHECK_ERRNO(waitid(P_PIDFD, -1, &seen.info, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(17, 1, &seen.info, WEXITED), EINVAL);
    CHECK_ERRNO(waitid(P_ALL, 0, &seen.info, 0), EINVAL);
    CHECK_ERRNO(waitid(P_ALL, 0, &seen.info, WNOHANG), EINVAL);
    CHECK_ERRNO(waitid(P_ALL, 0, &seen.info, WEXITED | 0x100), EINVAL);
    return check_done();
}
