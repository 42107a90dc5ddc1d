/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Process, user and group ids. There is one process, number 1, leader of its group and session, and
 * one user and group, number 0; other ids do not exist (−EINVAL), as in a Linux user namespace that
 * maps only 0. No state, no locks.
 */
#include "syscall.h"
#include <hermit/task_table.h>
#include <hermit/uaccess.h>

#include "handlers.h"

#define UNCHANGED (-1U)

long sys_getpid(void)
{
    return PROCESS_ID;
}

long sys_getppid(void)
{
    return 0; /* no parent in this machine */
}

/* The group of `pid` (0: the caller), −ESRCH if there is no such process, −EINVAL if negative. */
static long the_group(int pid)
{
    if (pid < 0)
        return -EINVAL;
    return pid == 0 || pid == PROCESS_ID ? PROCESS_ID : -ESRCH;
}

long sys_getpgrp(void)
{
    return PROCESS_ID;
}

long sys_getpgid(pid_t pid)
{
    return pid < 0 ? -ESRCH : the_group(pid);
}

long sys_getsid(pid_t pid)
{
    return pid < 0 ? -ESRCH : the_group(pid);
}

/* A session leader cannot change its group. group 0 means `pid`. */
long sys_setpgid(pid_t pid, pid_t group)
{
    if ((int)(group != 0 ? group : pid) < 0)
        return -EINVAL;
    return pid < 0 || the_group(pid) < 0 ? -ESRCH : -EPERM;
}

long sys_setsid(void)
{
    return -EPERM;
}

long sys_getuid(void)
{
    return 0;
}

long sys_geteuid(void)
{
    return 0;
}

long sys_getgid(void)
{
    return 0;
}

long sys_getegid(void)
{
    return 0;
}

static long only_zero(uid_t id)
{
    return id == 0 ? 0 : -EINVAL;
}

static long zero_or_unchanged(uid_t id)
{
    return id == 0 || id == UNCHANGED ? 0 : -EINVAL;
}

long sys_setuid(uid_t uid)
{
    return only_zero(uid);
}

long sys_setgid(gid_t gid)
{
    return only_zero(gid);
}

long sys_setreuid(uid_t real, uid_t effective)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective);
}

long sys_setregid(gid_t real, gid_t effective)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective);
}

long sys_setresuid(uid_t real, uid_t effective, uid_t saved)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective) | zero_or_unchanged(saved);
}

long sys_setresgid(gid_t real, gid_t effective, gid_t saved)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective) | zero_or_unchanged(saved);
}

static long put_zeros(uid_t __user *a, uid_t __user *b, uid_t __user *c)
{
    if (put_user_u32(a, 0) != 0 || put_user_u32(b, 0) != 0 || put_user_u32(c, 0) != 0)
        return -EFAULT;
    return 0;
}

long sys_getresuid(uid_t __user *real, uid_t __user *effective, uid_t __user *saved)
{
    return put_zeros(real, effective, saved);
}

long sys_getresgid(gid_t __user *real, gid_t __user *effective, gid_t __user *saved)
{
    return put_zeros(real, effective, saved);
}

long sys_setfsuid(uid_t uid)
{
    (void)uid;
    return 0; /* the previous id, as for a failed call: errors are not reported */
}

long sys_setfsgid(gid_t gid)
{
    (void)gid;
    return 0;
}

long sys_getgroups(int size, gid_t __user *list)
{
    (void)list;
    return size < 0 ? -EINVAL : 0; /* no supplementary groups */
}

long sys_setgroups(int size, const gid_t __user *list)
{
    (void)list;
    return size == 0 ? 0 : -EINVAL;
}
