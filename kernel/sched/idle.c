/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The idle task of each core: takes work over from busy cores, polls for a moment if there
 * are other cores, then halts. Without work and timers a core gets no interrupt and executes
 * nothing. Takes locks only through sched_pull() and schedule().
 */
#include "sched_internal.h"
#include <arch/tlb.h>

#define POLL_ROUNDS 10 /* pauses before a halt: some µs, as long as a wake-up by IPI takes */

static bool has_work(const struct sched_cpu *rq)
{
    return queue_length(rq) != 0;
}

/*
 * Waits for a task to be queued here, or for any interrupt. `polling` is set while the
 * idle task runs, except around the halt. While it is clear, a waker sends an
 * interrupt: either the last check sees its task, or the interrupt is pending and ends
 * the halt, as interrupts stay off from the check to the halt. The fence pairs with
 * kick()'s: docs/concurrency.md, "Idle cores and wake-ups".
 */
static void idle_wait(struct sched_cpu *rq)
{
    /* Work of a single core comes by interrupts alone. */
#pragma clang loop unroll_count(5) /* not ten times */
    for (unsigned i = nr_cpus > 1 ? POLL_ROUNDS : 0; i > 0 && !has_work(rq); i--)
        arch_cpu_relax();
    chaos_point("idle_polled");
    arch_irq_disable();
    atomic_store_explicit(&rq->polling, false, memory_order_relaxed);
    chaos_point("idle_not_polling");
    atomic_thread_fence(memory_order_seq_cst);
    if (has_work(rq)) {
        arch_irq_enable();
    } else {
        tlb_idle_enter(); /* TLB shoot-downs leave a note instead of waking this core */
        chaos_point("idle_halt");
        arch_idle_halt();
        tlb_idle_exit();
    }
    atomic_store_explicit(&rq->polling, true, memory_order_relaxed);
}

_Noreturn void sched_idle_loop(void)
{
    struct sched_cpu *rq = cpu_sched(this_cpu()); /* an idle task never changes cores */

    arch_irq_enable();
    for (;;) {
        if (has_work(rq) || sched_pull())
            schedule();
        else
            idle_wait(rq);
    }
}

_Noreturn void idle_start(void *arg)
{
    (void)arg;
    sched_idle_loop();
}
