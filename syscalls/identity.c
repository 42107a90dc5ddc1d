/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who the process is. There is one process, number 1, leader of its group and
 * session, and one user and group, number 0; other ids do not exist, as in a Linux
 * user namespace that maps only 0 (−EINVAL). No state, no locks.
 */
#include <hermit/syscall.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>

#include "handlers.h"

#define UNCHANGED (-1)

long sys_getpid(void)
{
    return PROCESS_ID;
}

long sys_getppid(void)
{
    return 0; /* started by nobody of this machine */
}

/* −ESRCH unless `pid` is the process, by its number or 0. */
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

long sys_getpgid(long pid)
{
    return (int)pid < 0 ? -ESRCH : the_group((int)pid);
}

long sys_getsid(long pid)
{
    return (int)pid < 0 ? -ESRCH : the_group((int)pid);
}

/* The leader of a session cannot change its group. 0: the process's own group. */
long sys_setpgid(long pid, long group)
{
    if ((int)(group != 0 ? group : pid) < 0)
        return -EINVAL;
    return (int)pid < 0 || the_group((int)pid) < 0 ? -ESRCH : -EPERM;
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

static long only_zero(long id)
{
    return (int)id == 0 ? 0 : -EINVAL;
}

static long zero_or_unchanged(long id)
{
    return (int)id == 0 || (int)id == UNCHANGED ? 0 : -EINVAL;
}

long sys_setuid(long uid)
{
    return only_zero(uid);
}

long sys_setgid(long gid)
{
    return only_zero(gid);
}

long sys_setreuid(long real, long effective)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective);
}

long sys_setregid(long real, long effective)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective);
}

long sys_setresuid(long real, long effective, long saved)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective) | zero_or_unchanged(saved);
}

long sys_setresgid(long real, long effective, long saved)
{
    return zero_or_unchanged(real) | zero_or_unchanged(effective) | zero_or_unchanged(saved);
}

static long put_zeros(long a, long b, long c)
{
    if (put_user_u32(user_ptr(a), 0) != 0 || put_user_u32(user_ptr(b), 0) != 0 ||
        put_user_u32(user_ptr(c), 0) != 0)
        return -EFAULT;
    return 0;
}

long sys_getresuid(long real, long effective, long saved)
{
    return put_zeros(real, effective, saved);
}

long sys_getresgid(long real, long effective, long saved)
{
    return put_zeros(real, effective, saved);
}

long sys_setfsuid(long uid)
{
    (void)uid;
    return 0; /* the former one; there is no other way to report failure */
}

long sys_setfsgid(long gid)
{
    (void)gid;
    return 0;
}

long sys_getgroups(long size, long list)
{
    (void)list;
    return (int)size < 0 ? -EINVAL : 0; /* no supplementary groups */
}

long sys_setgroups(long size, long list)
{
    (void)list;
    return (int)size == 0 ? 0 : -EINVAL;
}
