/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scheduling: yield, affinity, policies, priorities. kernel/sched/policy.c changes the tasks, under
 * its locks. The caller has root's permissions.
 */
#include "syscall.h"
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/types.h>

#include "copy_struct.h"
#include "handlers.h"
#include "timespec.h"

#define NICE_MIN (-20)
#define NICE_MAX 19

long sched_yield_call(void);
long sched_yield_slow(void);

/* Returns the task of a pid argument with a reference, or NULL with *err = −EINVAL or −ESRCH. */
static struct task *get_task(pid_t pid, long *err)
{
    if (pid < 0) {
        *err = -EINVAL;
        return NULL;
    }
    struct task *t = task_find(pid == 0 ? current_task()->tid : pid);
    *err = t != NULL ? 0 : -ESRCH;
    return t;
}

/* For the affinity calls, which return −ESRCH for negative numbers. */
static struct task *get_any_task(pid_t pid, long *err)
{
    struct task *t = get_task(pid, err);

    if (*err == -EINVAL)
        *err = -ESRCH;
    return t;
}

long sched_yield_slow(void)
{
    sched_yield_now();
    return 0;
}

long sys_sched_yield(void)
{
    return likely(!sched_yield_matters()) ? 0 : sched_yield_call();
}

long sys_getcpu(unsigned __user *cpu, unsigned __user *node, void __user *unused)
{
    (void)unused;
    if (cpu != NULL && put_user_u32(cpu, this_cpu()->id) != 0)
        return -EFAULT;
    if (node != NULL && put_user_u32(node, 0) != 0)
        return -EFAULT;
    return 0;
}

long sys_sched_setaffinity(pid_t pid, unsigned size, const unsigned long __user *mask)
{
    struct cpumask cpus_allowed = {0};
    size_t n = MIN((size_t)size, sizeof(cpus_allowed));
    long err;

    if (copy_from_user(&cpus_allowed, mask, n) != 0)
        return -EFAULT;
    struct task *t = get_any_task(pid, &err);
    if (t == NULL)
        return err;
    err = sched_set_affinity(t, &cpus_allowed);
    task_put(t);
    return err;
}

/* Returns the bytes written, as the raw system call does on Linux. */
long sys_sched_getaffinity(pid_t pid, unsigned size, unsigned long __user *mask)
{
    size_t n = size, needed = (nr_cpus + 63) / 64 * 8;
    struct cpumask online = cpumask_first_n(nr_cpus);
    long err;

    if (n * 8 < nr_cpus || n % sizeof(long) != 0)
        return -EINVAL;
    struct task *t = get_any_task(pid, &err);
    if (t == NULL)
        return err;
    struct cpumask affinity;
    sched_get_affinity(t, &affinity);
    task_put(t);
    for (unsigned i = 0; i < ARRAY_SIZE(online.bits); i++)
        online.bits[i] &= affinity.bits[i];
    n = MIN(n, needed);
    return copy_to_user(mask, &online, n) != 0 ? -EFAULT : (long)n;
}

/* Consumes the reference to `t`. */
static long set_policy(struct task *t, const struct sched_policy *to, unsigned parts)
{
    int err = sched_set_policy(t, to, parts);

    task_put(t);
    return err;
}

/* sched_setscheduler(2), and sched_setparam(2) with policy −1: keep the current one. */
static long set_param(pid_t pid, int policy, const struct sched_param __user *param)
{
    struct sched_param p;
    long err;

    if (param == NULL || pid < 0)
        return -EINVAL;
    if (copy_from_user(&p, param, sizeof(p)) != 0)
        return -EFAULT;
    struct task *t = get_task(pid, &err);
    if (t == NULL)
        return err;
    struct sched_policy to = {.policy = policy & ~SCHED_RESET_ON_FORK,
                              .rt_priority = p.sched_priority,
                              .reset_on_fork = policy & SCHED_RESET_ON_FORK};
    return set_policy(t, &to, SCHED_SET_PRIORITY | (policy != -1 ? SCHED_SET_POLICY : 0));
}

long sys_sched_setscheduler(pid_t pid, int policy, const struct sched_param __user *param)
{
    return policy < 0 ? -EINVAL : set_param(pid, policy, param);
}

long sys_sched_setparam(pid_t pid, const struct sched_param __user *param)
{
    return set_param(pid, -1, param);
}

/* 0, −EINVAL or −ESRCH. */
static long get_policy(pid_t pid, struct sched_policy *now)
{
    long err;
    struct task *t = get_task(pid, &err);

    if (t == NULL)
        return err;
    sched_get_policy(t, now);
    task_put(t);
    return 0;
}

long sys_sched_getscheduler(pid_t pid)
{
    struct sched_policy now;
    long err = get_policy(pid, &now);

    return err != 0 ? err : now.policy | (now.reset_on_fork ? SCHED_RESET_ON_FORK : 0);
}

long sys_sched_getparam(pid_t pid, struct sched_param __user *param)
{
    struct sched_policy now;

    if (param == NULL)
        return -EINVAL;
    long err = get_policy(pid, &now);
    if (err != 0)
        return err;
    struct sched_param p = {.sched_priority = now.rt_priority};
    return copy_to_user(param, &p, sizeof(p));
}

/* Reads a struct sched_attr of any size from VER0 on; unknown bytes must be zero. */
static long read_attr(struct sched_attr *attr, const struct sched_attr __user *user)
{
    uint32_t size;

    if (get_user_u32(&size, &user->size) != 0)
        return -EFAULT;
    if (size == 0)
        size = SCHED_ATTR_SIZE_VER0;
    if (size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE)
        return -E2BIG;
    return copy_struct_from_user(attr, sizeof(*attr), user, size);
}

/* SCHED_DEADLINE's flags are accepted; other policies ignore them. */
#define KNOWN_FLAGS                                                                                \
    (SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN | SCHED_FLAG_KEEP_ALL | \
     SCHED_FLAG_UTIL_CLAMP)

/* The SCHED_SET_* parts that sched_setattr's flags allow to change. */
static unsigned parts_of(uint64_t flags)
{
    unsigned parts = SCHED_SET_POLICY | SCHED_SET_PRIORITY | SCHED_SET_NICE;

    if (flags & SCHED_FLAG_KEEP_POLICY)
        parts &= ~(unsigned)SCHED_SET_POLICY;
    if (flags & SCHED_FLAG_KEEP_PARAMS)
        parts &= ~(unsigned)(SCHED_SET_PRIORITY | SCHED_SET_NICE);
    return parts;
}

long sys_sched_setattr(pid_t pid, const struct sched_attr __user *uattr, unsigned flags)
{
    struct sched_attr attr;

    if (uattr == NULL || pid < 0 || flags != 0)
        return -EINVAL;
    long err = read_attr(&attr, uattr);
    if (err != 0)
        return err;
    if ((int)attr.sched_policy < 0)
        return -EINVAL;
    struct task *t = get_task(pid, &err);
    if (t == NULL)
        return err;
    if (attr.sched_flags & ~(uint64_t)KNOWN_FLAGS || attr.sched_priority >= RT_PRIORITIES)
        err = -EINVAL;
    else if (attr.sched_flags & SCHED_FLAG_UTIL_CLAMP)
        err = -EOPNOTSUPP; /* as Linux without CONFIG_UCLAMP_TASK */
    if (err != 0) {
        task_put(t);
        return err;
    }
    struct sched_policy to = {.policy = (int)attr.sched_policy,
                              .rt_priority = (int)attr.sched_priority,
                              .nice = MAX(NICE_MIN, MIN(NICE_MAX, attr.sched_nice)),
                              .reset_on_fork = attr.sched_flags & SCHED_FLAG_RESET_ON_FORK};
    return set_policy(t, &to, parts_of(attr.sched_flags));
}

long sys_sched_getattr(pid_t pid, struct sched_attr __user *uattr, unsigned size, unsigned flags)
{
    struct sched_policy now;

    if (uattr == NULL || flags != 0 || size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE)
        return -EINVAL;
    long err = get_policy(pid, &now);
    if (err != 0)
        return err;
    struct sched_attr attr = {.size = MIN(size, (uint32_t)sizeof(struct sched_attr)),
                              .sched_policy = (uint32_t)now.policy,
                              .sched_flags = now.reset_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0,
                              .sched_nice = now.rt_priority != 0 ? 0 : now.nice,
                              .sched_priority = (uint32_t)now.rt_priority};
    return copy_to_user(uattr, &attr, attr.size);
}

static bool is_rt(int policy)
{
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool is_other(int policy)
{
    return policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

long sys_sched_get_priority_max(int policy)
{
    return is_rt(policy) ? RT_PRIORITIES - 1 : is_other(policy) ? 0 : -EINVAL;
}

long sys_sched_get_priority_min(int policy)
{
    return is_rt(policy) ? 1 : is_other(policy) ? 0 : -EINVAL;
}

long sys_sched_rr_get_interval(pid_t pid, struct __kernel_timespec __user *interval)
{
    struct sched_policy now;
    long err = get_policy(pid, &now);

    if (err != 0)
        return err;
    uint64_t ns = now.policy == SCHED_FIFO ? 0
                  : now.policy == SCHED_RR ? SCHED_SLICE_RR_NS
                                           : SCHED_SLICE_FAIR_NS;
    return put_user_time(interval, ns);
}

/* PRIO_PGRP and PRIO_USER mean all threads: there is one group and one user. */
struct nice_search {
    int nice; /* lowest found, or the value to set */
};

static void find_nice(struct task *t, void *arg)
{
    struct nice_search *s = arg;
    struct sched_policy now;

    sched_get_policy(t, &now);
    s->nice = MIN(s->nice, now.nice);
}

static void set_nice(struct task *t, void *arg)
{
    sched_set_nice(t, ((struct nice_search *)arg)->nice);
}

/* Calls fn for the tasks that getpriority(2)'s (which, who) select. 0, −EINVAL or −ESRCH. */
static long for_priority(int which, int who, void (*fn)(struct task *, void *), void *arg)
{
    if (which < PRIO_PROCESS || which > PRIO_USER)
        return -EINVAL;
    if (which != PRIO_PROCESS) {
        if (who != 0 && (which == PRIO_USER || who != PROCESS_ID))
            return -ESRCH;
        task_for_each(fn, arg);
        return 0;
    }
    struct task *t = task_find(who == 0 ? current_task()->tid : who);
    if (t == NULL)
        return -ESRCH;
    fn(t, arg);
    task_put(t);
    return 0;
}

/* Returns 20 − nice, which is never negative. */
long sys_getpriority(int which, int who)
{
    struct nice_search s = {NICE_MAX};
    long err = for_priority(which, who, find_nice, &s);

    return err != 0 ? err : 20 - s.nice;
}

long sys_setpriority(int which, int who, int nice)
{
    struct nice_search s = {MAX(NICE_MIN, MIN(NICE_MAX, nice))};

    return for_priority(which, who, set_nice, &s);
}
