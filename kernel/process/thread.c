/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns a thread's control state from its creation, and the thread's end. No locks of its own. */
#include <hermit/chaos.h>
#include <hermit/futex.h>
#include <hermit/process.h>
#include <hermit/signal.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <linux/prctl.h>

#define TIMER_SLACK 50000 /* ns: inherited from Linux's init */

void task_thread_init(struct task_thread *thread, const struct task_thread *parent)
{
    struct task_control *control = &thread->control;

    if (parent == NULL) {
        control->timer_slack = control->timer_slack_default = TIMER_SLACK;
        control->memory_failure = PR_MCE_KILL_DEFAULT;
        return;
    }
    *control = parent->control;
    control->timer_slack_default = parent->control.timer_slack;
    control->death_signal = 0;
}

/* The application's part of a thread's end (Linux: set_tid_address(2), get_robust_list(2)). */
static void leave_application(struct task *t)
{
    struct task_thread *thread = task_thread(t);
    uint32_t __user *tid_address = thread->clear_child_tid;

    if (thread->robust_list != NULL)
        futex_exit_robust(t);
    if (tid_address == NULL)
        return;
    thread->clear_child_tid = NULL;
    chaos_point("exit_tid");
    if (put_user_u32(tid_address, 0) == 0)
        futex_wake(tid_address, FUTEX_SCOPE_SHARED, 1, ~0U);
}

_Noreturn void task_exit(int code)
{
    struct task *t = current_task();

    leave_application(t);
    chaos_point("exit_left");
    if (task_unpublish(&code))
        process_exit(code, 0);
    chaos_point("exit_unpublished");
    task_signals_free(t);
    task_end();
}
