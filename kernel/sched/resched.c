/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Voluntary preemption: the kernel is not preempted, so long work asks now and then
 * whether another task should have the core. Concerns the current task only.
 */
#include "sched_internal.h"
#include "signal_internal.h"
#include <hermit/panic.h>
#include <linux/signal.h>

bool signal_fatal(void)
{
    struct task *t = current_task();
    bool fatal = atomic_load_explicit(&t->work, memory_order_relaxed) & TASK_WORK_EXIT;
    unsigned long irq = spin_lock(&process_signals.lock);
    sigset set = pending_hint(t) & ~atomic_load_explicit(&t->signals.blocked, memory_order_relaxed);
    for (; set != 0 && !fatal; set &= set - 1) {
        int sig = __builtin_ctzl(set) + 1;
        enum default_action action = signal_default_action(sig);
        fatal = process_signals.actions[sig - 1].handler == (uintptr_t)SIG_DFL &&
                (action == ACTION_TERMINATE || action == ACTION_CORE);
    }
    spin_unlock(&process_signals.lock, irq);
    return fatal;
}

/* Apart: it is seldom needed. */
static __attribute__((noinline)) bool resched(unsigned work)
{
    if (work & TASK_WORK_RESCHED)
        schedule();
    return work & (TASK_WORK_SIGNAL | TASK_WORK_EXIT) && signal_fatal();
}

bool cond_resched(void)
{
    struct task *t = current_task();
    unsigned work = atomic_load_explicit(&t->work, memory_order_relaxed);

    ASSERT(lockdep_nr_held() == 0 && arch_irqs_enabled());
    ASSERT(atomic_load_explicit(&t->state, memory_order_relaxed) == TASK_RUNNING);
    return unlikely(work != 0) && resched(work);
}
