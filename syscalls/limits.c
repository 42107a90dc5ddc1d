/* SPDX-License-Identifier: BSD-3-Clause */
/* prlimit64(2), getrlimit(2), setrlimit(2). kernel/process/rlimit.c owns the limits. */
#include "syscall.h"
#include <hermit/process.h>
#include <hermit/rlimit.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/resource.h>

#include "handlers.h"

_Static_assert(sizeof(struct rlimit) == sizeof(struct rlimit64), "one layout on x86-64");

static long change(unsigned resource, const struct rlimit64 __user *set,
                   struct rlimit64 __user *old)
{
    struct rlimit64 new_limit, old_limit;

    if (set != NULL && copy_from_user(&new_limit, set, sizeof(new_limit)) != 0)
        return -EFAULT;
    int err = rlimit_change(resource, set != NULL ? &new_limit : NULL, &old_limit);
    if (err == 0 && old != NULL)
        err = copy_to_user(old, &old_limit, sizeof(old_limit));
    return err;
}

long sys_prlimit64(pid_t pid, unsigned resource, const struct rlimit64 __user *limit,
                   struct rlimit64 __user *old_limit)
{
    if (pid != 0) {
        struct task *t = task_find(pid);
        if (t == NULL)
            return -ESRCH;
        task_put(t);
    }
    return change(resource, limit, old_limit);
}

long sys_getrlimit(unsigned resource, struct rlimit __user *limit)
{
    if (limit == NULL)
        return -EFAULT;
    return change(resource, NULL, (struct rlimit64 __user *)limit);
}

long sys_setrlimit(unsigned resource, const struct rlimit __user *limit)
{
    if (limit == NULL)
        return -EFAULT;
    return change(resource, (const struct rlimit64 __user *)limit, NULL);
}
