/* SPDX-License-Identifier: BSD-3-Clause */
/* prlimit64(2), getrlimit(2), setrlimit(2). The limits live in kernel/process/rlimit.c. */
#include <hermit/process.h>
#include <hermit/syscall.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <linux/resource.h>

#include "handlers.h"

_Static_assert(sizeof(struct rlimit) == sizeof(struct rlimit64), "one layout on x86-64");

static long change(unsigned resource, const void __user *set, void __user *old)
{
    struct rlimit64 new_limit, old_limit;

    if (set != NULL) {
        if (copy_from_user(&new_limit, set, sizeof(new_limit)) != 0)
            return -EFAULT;
        if (resource == RLIMIT_NOFILE && new_limit.rlim_max > FD_MAX)
            return -EPERM;
    }
    int err = rlimit_change(resource, set != NULL ? &new_limit : NULL, &old_limit);
    if (err == 0 && old != NULL)
        err = copy_to_user(old, &old_limit, sizeof(old_limit));
    return err;
}

long sys_prlimit64(long pid, long resource, long set, long old)
{
    if ((int)pid != 0) {
        struct task *t = task_find((int)pid);
        if (t == NULL)
            return -ESRCH;
        task_put(t);
    }
    return change((unsigned)resource, user_ptr(set), user_ptr(old));
}

long sys_getrlimit(long resource, long old)
{
    if (old == 0)
        return -EFAULT;
    return change((unsigned)resource, NULL, user_ptr(old));
}

long sys_setrlimit(long resource, long set)
{
    if (set == 0)
        return -EFAULT;
    return change((unsigned)resource, user_ptr(set), NULL);
}
