/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads: clone(2) as C libraries use it for pthread_create(), exit, thread ids and robust lists.
 * Changes fields of the calling task only; no locks.
 */
#include "syscall.h"
#include <arch/layout.h>
#include <arch/task.h>
#include <hermit/process.h>
#include <hermit/sched.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <linux/futex.h>
#include <linux/sched.h>

#include "handlers.h"

/* A thread shares all of this: there is one process. */
#define CLONE_SHARED (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

/* Meaningless with one process, or without effect on Linux too. */
#define CLONE_IGNORED (CLONE_SYSVSEM | CLONE_DETACHED | CLONE_IO | CLONE_PTRACE | CLONE_UNTRACED)

#define CLONE_HANDLED                                                                              \
    (CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)

/* 0; −EINVAL where Linux returns it; −ENOSYS for a new process or namespaces. */
static int check_flags(unsigned long flags)
{
    if ((flags & CLONE_SIGHAND && !(flags & CLONE_VM)) ||
        (flags & CLONE_THREAD && !(flags & CLONE_SIGHAND)))
        return -EINVAL;
    if ((flags & CLONE_SHARED) != CLONE_SHARED)
        return -ENOSYS;
    if (flags & ~(unsigned long)(CLONE_SHARED | CLONE_IGNORED | CLONE_HANDLED | CSIGNAL))
        return -ENOSYS;
    return 0;
}

/* Called before the thread runs. A bad address is ignored, as on Linux. */
static void store_tid(unsigned long flags, int tid, int __user *parent_tid, int __user *child_tid)
{
    if (flags & CLONE_PARENT_SETTID)
        (void)put_user_u32((uint32_t __user *)parent_tid, (uint32_t)tid);
    if (flags & CLONE_CHILD_SETTID)
        (void)put_user_u32((uint32_t __user *)child_tid, (uint32_t)tid);
}

static long start_thread(unsigned long flags, uintptr_t stack, void __user *parent_tid,
                         void __user *child_tid, uintptr_t tls)
{
    struct trap_frame frame = *syscall_frame();

    frame_set_result(&frame, 0);
    if (stack != 0)
        frame_set_stack(&frame, stack);
    struct task *t = task_create_thread(&frame);
    if (t == NULL)
        return -EAGAIN;
    t->arch.thread_pointer = flags & CLONE_SETTLS ? tls : arch_get_thread_pointer();
    if (flags & CLONE_CHILD_CLEARTID)
        task_thread(t)->clear_child_tid = (uint32_t __user *)child_tid;
    task_publish(t);
    int tid = t->tid;
    store_tid(flags, tid, parent_tid, child_tid);
    task_start(t);
    return tid;
}

long sys_clone(unsigned long flags, unsigned long stack, int __user *parent_tid,
               int __user *child_tid, unsigned long tls)
{
    int err = check_flags(flags);

    if (err != 0)
        return err;
    if (flags & CLONE_SETTLS && tls >= USER_MAX)
        return -EPERM;
    return start_thread(flags, stack, parent_tid, child_tid, tls);
}

long sys_exit(int status)
{
    task_exit((int)(status & 0xff));
}

long sys_exit_group(int status)
{
    process_exit((int)(status & 0xff), 0);
}

long sys_gettid(void)
{
    return current_task()->tid;
}

long sys_set_tid_address(int __user *address)
{
    task_thread(current_task())->clear_child_tid = (uint32_t __user *)address;
    return current_task()->tid;
}

long sys_set_robust_list(struct robust_list_head __user *head, size_t size)
{
    struct task *t = current_task();

    if (size != sizeof(struct robust_list_head))
        return -EINVAL;
    task_thread(t)->robust_list = head;
    return 0;
}

long sys_get_robust_list(int tid, struct robust_list_head __user *__user *head, size_t __user *size)
{
    struct task *t = task_find(tid != 0 ? tid : current_task()->tid);

    if (t == NULL)
        return -ESRCH;
    uint64_t list = user_addr(task_thread(t)->robust_list);
    task_put(t);
    int err = put_user_u64(size, sizeof(struct robust_list_head));
    return err != 0 ? err : put_user_u64((uint64_t __user *)head, list);
}
