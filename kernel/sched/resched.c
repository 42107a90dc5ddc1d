/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Voluntary preemption: the kernel is not preempted, so long work checks now and then
 * whether another task should run. Concerns the current task only.
 */
#include "sched_internal.h"
#include <hermit/panic.h>
#include <hermit/signal_pending.h>

/* Out of line: usually not needed. */
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
