/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What tasks have used: processor time, in the kernel and outside, switches, faults.
 * The times and the switches are under the lock of the queue that the task is on.
 *
 * Time in the kernel is the processor time from entry to return, so a switch in between
 * needs no special case. It is counted where the entry code calls sched_enter_kernel()
 * and sched_leave_kernel(), see accounting.c of the architecture.
 */
#include "sched_internal.h"
#include <arch/time.h>

/* Locks the queue of `t` and brings its cpu_time up to date. */
static struct sched_cpu *lock_charged(struct task *t, unsigned long *irq)
{
    struct sched_cpu *rq = task_queue_lock(t, irq);

    if (is_running(t))
        sched_charge(rq);
    return rq;
}

uint64_t sched_cpu_time(struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = lock_charged(t, &irq);
    uint64_t ticks = t->cpu_time;

    spin_unlock(&rq->lock, irq);
    return arch_ticks_to_ns(ticks);
}

void sched_count_sleep(void)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(current_task(), &irq);

    current_task()->nr_switches++;
    spin_unlock(&rq->lock, irq);
}

void sched_enter_kernel(void)
{
    unsigned long irq;
    struct task *t = current_task();
    struct sched_cpu *rq = lock_charged(t, &irq);

    t->entered_at = t->cpu_time;
    t->in_kernel = true;
    spin_unlock(&rq->lock, irq);
}

void sched_leave_kernel(void)
{
    unsigned long irq;
    struct task *t = current_task();

    if (!t->in_kernel)
        return;
    struct sched_cpu *rq = lock_charged(t, &irq);
    t->system_time += t->cpu_time - t->entered_at;
    t->in_kernel = false;
    spin_unlock(&rq->lock, irq);
}

void usage_add(struct usage *sum, struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = lock_charged(t, &irq);

    sum->cpu_time += t->cpu_time;
    sum->system_time += t->system_time;
    if (t->in_kernel)
        sum->system_time += t->cpu_time - t->entered_at;
    sum->switches += t->nr_switches;
    sum->preemptions += t->nr_preemptions;
    sum->minor_faults += t->min_flt;
    sum->major_faults += t->maj_flt;
    spin_unlock(&rq->lock, irq);
}

void usage_to_ns(struct usage *usage)
{
    usage->cpu_time = arch_ticks_to_ns(usage->cpu_time);
    usage->system_time = arch_ticks_to_ns(usage->system_time);
}

void task_usage(struct task *t, struct usage *usage)
{
    *usage = (struct usage){0};
    usage_add(usage, t);
    usage_to_ns(usage);
}
