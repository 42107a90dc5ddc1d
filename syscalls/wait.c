/* SPDX-License-Identifier: BSD-3-Clause */
/* wait4(2), waitid(2): the only process never has a child. No state, no locks. */
#include "syscall.h"
#include <hermit/uaccess.h>
#include <linux/wait.h>

#include "handlers.h"

#define OPTIONS_OF_BOTH (WNOHANG | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL)

_Static_assert(WUNTRACED == WSTOPPED, "one option, two names");

long sys_wait4(pid_t pid, int __user *status, int options, struct rusage __user *usage)
{
    (void)status, (void)usage;
    if (options & ~(OPTIONS_OF_BOTH | WUNTRACED))
        return -EINVAL;
    return pid == INT32_MIN ? -ESRCH : -ECHILD;
}

/* Checks waitid's (which, id): −ECHILD if valid, as no child exists. */
static int whose(int which, int id)
{
    switch (which) {
    case P_ALL:
        return -ECHILD;
    case P_PID:
        return id > 0 ? -ECHILD : -EINVAL;
    case P_PGID:
        return id >= 0 ? -ECHILD : -EINVAL;
    case P_PIDFD:
        return id >= 0 ? -EBADF : -EINVAL; /* there are no pidfds */
    default:
        return -EINVAL;
    }
}

/* Zeroes si_signo, si_errno, si_code, si_pid, si_uid and si_status. */
static int clear_info(struct siginfo __user *info)
{
    int err = clear_user(info, 3 * sizeof(int32_t));
    return err != 0
               ? err
               : clear_user(user_ptr(user_addr(info) + 4 * sizeof(int32_t)), 3 * sizeof(int32_t));
}

long sys_waitid(int which, pid_t id, struct siginfo __user *info, int options,
                struct rusage __user *usage)
{
    int err = -EINVAL;

    (void)usage;
    if ((options & ~(OPTIONS_OF_BOTH | WSTOPPED | WEXITED | WNOWAIT)) == 0 &&
        options & (WEXITED | WSTOPPED | WCONTINUED))
        err = whose(which, id);
    if (info != NULL && clear_info(info) != 0)
        return -EFAULT;
    return err;
}
