/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * prctl(2). Every setting is stored and reported, even those without effect because there is one
 * process and one user: parent-death signal, core dumps, privileges of new programs. Most settings
 * belong to the calling thread; those of the process are single words. No locks.
 */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/signal_frame.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/capability.h>
#include <linux/prctl.h>

#include "handlers.h"

#define NAME_SIZE 16

static _Atomic bool not_dumpable, subreaper;

static long set_name(const char __user *user)
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

static long get_name(void __user *user)
{
    char name[NAME_SIZE];

    task_get_name(current_task(), name);
    return copy_to_user(user, name, sizeof(name));
}

static long put_int(unsigned long address, int value)
{
    return put_user_u32(user_ptr(address), (uint32_t)value);
}

/* Sets a flag from a value that must be 0 or 1. */
static long set_flag(_Atomic bool *flag, unsigned long value, bool inverted)
{
    if (value > 1)
        return -EINVAL;
    store_relaxed(flag, (value != 0) != inverted);
    return 0;
}

static long set_death_signal(struct task_control *c, unsigned long sig)
{
    if (sig > SIGNAL_MAX)
        return -EINVAL;
    c->death_signal = (uint8_t)sig;
    return 0;
}

static long set_timer_slack(struct task_control *c, unsigned long ns)
{
    c->timer_slack = (long)ns > 0 ? ns : c->timer_slack_default;
    return 0;
}

static long set_memory_failure(struct task_control *c, unsigned long action, unsigned long how,
                               bool rest)
{
    if (rest || action > PR_MCE_KILL_SET)
        return -EINVAL;
    if (action == PR_MCE_KILL_CLEAR && how != 0)
        return -EINVAL;
    if (action == PR_MCE_KILL_SET && how > PR_MCE_KILL_DEFAULT)
        return -EINVAL;
    c->memory_failure = action == PR_MCE_KILL_CLEAR ? PR_MCE_KILL_DEFAULT : (uint8_t)how;
    return 0;
}

/* The capability bounding set: full at first, may be narrowed. */
static long bounds(struct task_control *c, bool drop, unsigned long capability)
{
    if (capability > CAP_LAST_CAP)
        return -EINVAL;
    if (drop)
        c->dropped_bounds |= 1UL << capability;
    return drop ? 0 : !(c->dropped_bounds >> capability & 1);
}

/* Nothing is inheritable, so nothing can be ambient. */
static long ambient(unsigned long operation, unsigned long capability, bool rest)
{
    if (rest)
        return -EINVAL;
    if (operation == PR_CAP_AMBIENT_CLEAR_ALL)
        return capability == 0 ? 0 : -EINVAL;
    if (capability > CAP_LAST_CAP)
        return -EINVAL;
    if (operation == PR_CAP_AMBIENT_RAISE)
        return -EPERM;
    return operation == PR_CAP_AMBIENT_IS_SET || operation == PR_CAP_AMBIENT_LOWER ? 0 : -EINVAL;
}

/* Options of the process. −ENOSYS if `option` is not one of them. */
static long process_option(int option, unsigned long a, bool more)
{
    switch (option) {
    case PR_GET_DUMPABLE:
        return !load_relaxed(&not_dumpable);
    case PR_SET_DUMPABLE:
        return set_flag(&not_dumpable, a, true);
    case PR_SET_CHILD_SUBREAPER:
        store_relaxed(&subreaper, a != 0);
        return 0;
    case PR_GET_CHILD_SUBREAPER:
        return put_int(a, load_relaxed(&subreaper));
    case PR_SET_THP_DISABLE:
        if (more)
            return -EINVAL;
        vm_set_huge(a == 0);
        return 0;
    case PR_GET_THP_DISABLE:
        return a != 0 || more ? -EINVAL : !vm_get_huge();
    default:
        return -ENOSYS;
    }
}

/* Options with a single supported value. */
static long fixed_option(int option, unsigned long a)
{
    switch (option) {
    case PR_GET_TIMING:
        return PR_TIMING_STATISTICAL;
    case PR_SET_TIMING:
        return a == PR_TIMING_STATISTICAL ? 0 : -EINVAL;
    case PR_GET_TSC:
        return put_int(a, PR_TSC_ENABLE);
    case PR_SET_TSC:
        return (int)a == PR_TSC_ENABLE ? 0 : -EINVAL;
    case PR_GET_SECUREBITS:
    case PR_GET_SECCOMP:
    case PR_TASK_PERF_EVENTS_DISABLE: /* there are none */
    case PR_TASK_PERF_EVENTS_ENABLE:
        return 0;
    case PR_SET_SECUREBITS:
        return a == 0 ? 0 : -EPERM;
    default:
        return -EINVAL;
    }
}

/* Options of the thread, inherited by new threads. −ENOSYS if `option` is not one of them. */
static long thread_option(struct task_control *c, int option, unsigned long a, unsigned long b,
                          bool rest)
{
    bool more = b != 0 || rest;

    switch (option) {
    case PR_SET_PDEATHSIG:
        return set_death_signal(c, a);
    case PR_GET_PDEATHSIG:
        return put_int(a, c->death_signal);
    case PR_GET_KEEPCAPS:
        return c->keep_capabilities;
    case PR_SET_KEEPCAPS:
        if (a > 1)
            return -EINVAL;
        c->keep_capabilities = a != 0;
        return 0;
    case PR_SET_TIMERSLACK:
        return set_timer_slack(c, a);
    case PR_GET_TIMERSLACK:
        return (long)c->timer_slack;
    case PR_MCE_KILL:
        return set_memory_failure(c, a, b, rest);
    case PR_MCE_KILL_GET:
        return a != 0 || more ? -EINVAL : c->memory_failure;
    case PR_SET_NO_NEW_PRIVS:
        if (a != 1 || more)
            return -EINVAL;
        c->no_new_privileges = true;
        return 0;
    case PR_GET_NO_NEW_PRIVS:
        return a != 0 || more ? -EINVAL : c->no_new_privileges;
    case PR_GET_TID_ADDRESS:
        return put_user_u64(user_ptr(a), user_addr(task_thread(current_task())->clear_child_tid));
    default:
        return -ENOSYS;
    }
}

long sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    struct task_control *own = &task_thread(current_task())->control;
    bool rest = c != 0 || d != 0;

    switch (option) {
    case PR_SET_NAME:
        return set_name(user_ptr(a));
    case PR_GET_NAME:
        return get_name(user_ptr(a));
    case PR_CAPBSET_READ:
    case PR_CAPBSET_DROP:
        return bounds(own, option == PR_CAPBSET_DROP, a);
    case PR_CAP_AMBIENT:
        return ambient(a, b, rest);
    default:
        break;
    }
    long result = thread_option(own, option, a, b, rest);
    if (result == -ENOSYS)
        result = process_option(option, a, b != 0 || rest);
    return result == -ENOSYS ? fixed_option(option, a) : result;
}
