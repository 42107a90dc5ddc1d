/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: system calls that wait for signals. Uses only the current task's state; no locks. */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/signal.h>
#include <hermit/thread.h>
#include <hermit/timer.h>
#include <hermit/uaccess.h>
#include <hermit/wait.h>
#include <linux/signal.h>
#include <linux/time_types.h>

#include "handlers.h"
#include "timespec.h"

/* Sleeps until signal_pending() or the deadline; nothing else wakes this queue's waiter. */
static void wait_for_signal(uint64_t deadline)
{
    struct wait_queue wq;
    struct waiter w;
    wait_queue_init(&wq);
    while (!signal_pending() && clock_monotonic() < deadline) {
        wait_begin(&wq, &w, WAIT_INTERRUPTIBLE);
        (void)wait_sleep(deadline);
        wait_end(&wq, &w);
    }
}

long sys_pause(void)
{
    wait_for_signal(TIME_FOREVER);
    return -ERESTARTNOHAND;
}

long sys_rt_sigsuspend(const uint64_t __user *set, size_t size)
{
    sigset mask;
    if (size != sizeof(mask))
        return -EINVAL;
    if (get_user_u64(&mask, set) != 0)
        return -EFAULT;
    signal_set_call_mask(mask);
    wait_for_signal(TIME_FOREVER);
    return -ERESTARTNOHAND;
}

long sys_rt_sigtimedwait(const uint64_t __user *set, struct siginfo __user *uinfo,
                         const struct __kernel_timespec __user *timeout, size_t size)
{
    struct task *t = current_task();
    struct siginfo_data info;
    uint64_t deadline;
    sigset which;
    if (size != sizeof(which))
        return -EINVAL;
    if (get_user_u64(&which, set) != 0)
        return -EFAULT;
    int err = get_user_deadline(&deadline, timeout);
    if (err != 0)
        return err;

    which &= ~SIGNALS_UNBLOCKABLE;
    store_relaxed(&task_signals(t)->waiting,
                  which); /* senders wake this task from here on; then check */
    int sig = signal_take(which, &info);
    if (sig == 0 && clock_monotonic() < deadline) {
        wait_for_signal(deadline);
        sig = signal_take(which, &info);
    }
    store_relaxed(&task_signals(t)->waiting, 0);
    if (sig == 0)
        return signal_pending() ? -EINTR : -EAGAIN;
    if (uinfo != NULL && siginfo_to_user(uinfo, &info) != 0)
        return -EFAULT;
    return sig;
}

long sys_restart_syscall(void)
{
    struct restart_block *rb = &task_thread(current_task())->restart;
    return rb->fn != NULL ? rb->fn(rb) : -EINTR;
}
