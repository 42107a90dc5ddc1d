/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the masks of tasks, and the questions whether a signal is pending that passes one. Only the
 * task itself changes its mask. The pending sets are read without signal.lock: after a change of
 * the mask the task checks them again, as a sender checks the mask after it made a signal pending.
 * docs/concurrency.md, "Signals".
 */
#include <hermit/atomic.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/signal.h>

#include "signal_internal.h"

void task_signals_init(struct task_signals *ts, const struct task_signals *parent)
{
    ts->altstack.flags = SS_DISABLE;
    list_init(&ts->pending.queue);
    if (parent != NULL)
        store_relaxed(&ts->blocked, load_relaxed(&parent->blocked));
}

sigset signal_pending_set(void)
{
    return pending_hint(current_task());
}

bool signal_cancel_requested(const struct task *t)
{
    uint32_t flag;
    return t->cancel != NULL && get_user_u32_nofault(&flag, t->cancel) == 0 && flag != 0;
}

bool signal_pending(void)
{
    struct task *t = current_task();
    unsigned work =
        atomic_load_explicit(&t->work, memory_order_acquire); /* pairs: task_set_work() */
    if (work & TASK_WORK_EXIT)
        return true;
    if (work & TASK_WORK_SIGNAL &&
        signal_pending_set() &
            ~(load_relaxed(&task_signals(t)->blocked) & ~load_relaxed(&task_signals(t)->waiting)))
        return true;
    if (!signal_cancel_requested(t))
        return false;
    atomic_fetch_or_explicit(&t->work, TASK_WORK_SIGNAL, memory_order_relaxed); /* its own */
    return true;
}

/* Checks pending signals again after the current task's mask has changed from `before`. */
static __attribute__((noinline)) void mask_changed(struct task *t, sigset before)
{
    sigset newly_blocked = load_relaxed(&task_signals(t)->blocked) & ~before;
    sigset for_others = load_relaxed(&process_signals.pending.set) & newly_blocked;
    if (pending_hint(t) & ~load_relaxed(&task_signals(t)->blocked))
        task_set_work(t, TASK_WORK_SIGNAL);
    if (for_others != 0) /* this task may be the one that was notified */
        signal_tell_others(for_others);
}

void signal_set_mask(sigset mask)
{
    struct task *t = current_task();
    sigset before = atomic_load_explicit(&task_signals(t)->blocked, memory_order_relaxed);
    mask &= ~SIGNALS_UNBLOCKABLE;
    if (mask == before)
        return;
    /* Full barrier before the check of the pending sets; pairs with notify_other()'s. */
    atomic_store_explicit(&task_signals(t)->blocked, mask, memory_order_seq_cst);
    if (pending_hint(t) != 0)
        mask_changed(t, before);
}

void signal_set_call_mask(sigset mask)
{
    struct task *t = current_task();
    task_signals(t)->saved_mask = load_relaxed(&task_signals(t)->blocked);
    task_signals(t)->restore_mask = true;
    signal_set_mask(mask);
    task_set_work(t, TASK_WORK_SIGNAL); /* the way out restores the old mask */
}

bool signal_fatal(void)
{
    struct task *t = current_task();
    bool fatal = atomic_load_explicit(&t->work, memory_order_relaxed) & TASK_WORK_EXIT;
    unsigned long irq = spin_lock(&process_signals.lock);
    sigset set =
        pending_hint(t) & ~atomic_load_explicit(&task_signals(t)->blocked, memory_order_relaxed);
    for (; set != 0 && !fatal; set &= set - 1) {
        int sig = __builtin_ctzl(set) + 1;
        enum default_action action = signal_default_action(sig);
        fatal = process_signals.actions[sig - 1].handler == (uintptr_t)SIG_DFL &&
                (action == ACTION_TERMINATE || action == ACTION_CORE);
    }
    spin_unlock(&process_signals.lock, irq);
    return fatal;
}

bool signal_gives_up(void)
{
    return signal_pending() && (signal_fatal() || signal_cancel_requested(current_task()));
}
