/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: prctl(2). Most options set something that one process without children and
 * without other users never meets; it is remembered, and said again when asked for.
 * What would have an effect that is missing is EINVAL. No locks: each value is one
 * word, of the process or of the calling task.
 */
#include <hermit/atomic.h>
#include <hermit/process.h>
#include <hermit/syscall.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/capability.h>
#include <linux/prctl.h>

#include "handlers.h"

#define NAME_SIZE   16
#define SIGNAL_MAX  64
#define TIMER_SLACK 50000 /* ns, as Linux begins with; no timer here is late by choice */

static _Atomic int dumpable = 1 /* there are no dumps */, keep_caps, child_subreaper;

static long set_name(const char *user)
{
    char name[NAME_SIZE] = {0};
    ssize_t n = copy_string_from_user(name, user, sizeof(name));

    if (n < 0 && n != -ENAMETOOLONG)
        return n;
    if (n == -ENAMETOOLONG && copy_from_user(name, user, sizeof(name)) != 0)
        return -EFAULT;
    task_set_name(current_task(), name);
    return 0;
}

static long get_name(void *user)
{
    char name[NAME_SIZE];

    task_get_name(current_task(), name);
    return copy_to_user(user, name, sizeof(name));
}

/* Remembers a value of 0 or 1. */
static long set_switch(_Atomic int *where, long value)
{
    if (value != 0 && value != 1)
        return -EINVAL;
    store_relaxed(where, (int)value);
    return 0;
}

static long set_parent_death_signal(struct task *t, unsigned long sig)
{
    if (sig > SIGNAL_MAX)
        return -EINVAL;
    t->prctl.parent_death_signal = (uint8_t)sig;
    return 0;
}

static long set_no_new_privileges(struct task *t, long on)
{
    if (on != 1)
        return -EINVAL;
    t->prctl.no_new_privileges = true;
    return 0;
}

/* Options of the calling thread; −ENOSYS: it is none of them. */
static long thread_option(int option, long a, bool others_zero)
{
    struct task *t = current_task();

    switch (option) {
    case PR_SET_NAME:
        return set_name((const char *)a);
    case PR_GET_NAME:
        return get_name((void *)a);
    case PR_SET_PDEATHSIG:
        return set_parent_death_signal(t, (unsigned long)a);
    case PR_GET_PDEATHSIG:
        return put_user_u32((uint32_t *)a, t->prctl.parent_death_signal);
    case PR_SET_TIMERSLACK:
        t->prctl.timer_slack = a > 0 ? (uint64_t)a : 0;
        return 0;
    case PR_GET_TIMERSLACK:
        return t->prctl.timer_slack != 0 ? (long)t->prctl.timer_slack : TIMER_SLACK;
    case PR_SET_NO_NEW_PRIVS:
        return others_zero ? set_no_new_privileges(t, a) : -EINVAL;
    case PR_GET_NO_NEW_PRIVS:
        return others_zero && a == 0 ? t->prctl.no_new_privileges : -EINVAL;
    default:
        return -ENOSYS;
    }
}

/* Options of the process; −ENOSYS: it is none of them. */
static long process_option(int option, long a, bool others_zero)
{
    switch (option) {
    case PR_GET_DUMPABLE:
        return load_relaxed(&dumpable);
    case PR_SET_DUMPABLE:
        return set_switch(&dumpable, a);
    case PR_GET_KEEPCAPS:
        return load_relaxed(&keep_caps);
    case PR_SET_KEEPCAPS:
        return set_switch(&keep_caps, a);
    case PR_SET_CHILD_SUBREAPER:
        return set_switch(&child_subreaper, a != 0);
    case PR_GET_CHILD_SUBREAPER:
        return put_user_u32((uint32_t *)a, (uint32_t)load_relaxed(&child_subreaper));
    case PR_SET_THP_DISABLE:
        if (!others_zero)
            return -EINVAL;
        vm_set_huge(a == 0);
        return 0;
    case PR_GET_THP_DISABLE:
        return others_zero && a == 0 ? !vm_get_huge() : -EINVAL;
    default:
        return -ENOSYS;
    }
}

/* What there is only one answer to; −EINVAL: it is none of them, or asks for more. */
static long constant_option(int option, long a)
{
    switch (option) {
    case PR_CAPBSET_READ:
        return a >= 0 && a <= CAP_LAST_CAP ? 1 : -EINVAL; /* the process is root */
    case PR_SET_TIMING:
        return a == PR_TIMING_STATISTICAL ? 0 : -EINVAL;
    case PR_GET_TIMING:
    case PR_GET_SECCOMP:
    case PR_GET_SECUREBITS:
    case PR_TASK_PERF_EVENTS_DISABLE:
    case PR_TASK_PERF_EVENTS_ENABLE:
        return 0;
    case PR_GET_TSC:
        return put_user_u32((uint32_t *)a, PR_TSC_ENABLE);
    case PR_SET_TSC:
        return a == PR_TSC_ENABLE ? 0 : -EINVAL;
    default:
        return -EINVAL;
    }
}

long sys_prctl(long option, long a, long b, long c, long d)
{
    bool others_zero = b == 0 && c == 0 && d == 0;
    long result = thread_option((int)option, a, others_zero);

    if (result == -ENOSYS)
        result = process_option((int)option, a, others_zero);
    return result == -ENOSYS ? constant_option((int)option, a) : result;
}
