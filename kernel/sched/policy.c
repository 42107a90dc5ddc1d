/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changing how and where a task is scheduled, and reading its processor time. All
 * under the lock of the queue that the task is on.
 */
#include "sched_internal.h"
#include <arch/time.h>
#include <hermit/irq.h>
#include <linux/errno.h>
#include <linux/sched.h>

#define MIGRATION_POLL_NS 50000UL /* between looks at a task that must leave its core */

bool sched_valid_policy(int policy, int rt_priority)
{
    switch (policy) {
    case SCHED_FIFO:
    case SCHED_RR:
        return rt_priority >= 1 && rt_priority < RT_PRIORITIES;
    case SCHED_NORMAL:
    case SCHED_BATCH:
    case SCHED_IDLE:
        return rt_priority == 0;
    default:
        return false;
    }
}

static bool is_running(const struct task *t)
{
    return cpus[task_cpu(t)]->current == t;
}

/* Makes the running task of its core give way if it should. Queue locked. */
static void recheck_running(struct task *t)
{
    unsigned cpu = task_cpu(t);

    atomic_fetch_or_explicit(&t->work, TASK_WORK_RESCHED, memory_order_seq_cst);
    if (cpu != this_cpu()->id)
        ipi_reschedule(cpu);
}

void sched_set_policy(struct task *t, int policy, int rt_priority, int nice)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    bool running = is_running(t);
    bool queued = t->on_rq && !running;

    if (queued)
        rq_dequeue(rq, t);
    else if (running)
        sched_charge(rq);
    t->policy = policy;
    t->rt_priority = rt_priority;
    t->nice = nice;
    task_set_weight(t);
    if (queued) {
        rq_enqueue(rq, t, false);
        struct task *curr = cpus[task_cpu(t)]->current;
        if (curr != rq->idle && rq_preempts(t, curr))
            recheck_running(curr);
    } else if (running) {
        recheck_running(t);
    }
    spin_unlock(&rq->lock, irq);
}

/* Sets the mask and sends a task that waits on a forbidden core away. True: it runs on one. */
static bool apply_affinity(struct task *t, const struct cpumask *mask)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    bool moves = false, runs = false;

    t->affinity = *mask;
    t->misplaced = !cpumask_test(mask, task_cpu(t));
    if (t->on_rq && t->misplaced) {
        runs = is_running(t);
        moves = !runs;
        if (runs)
            recheck_running(t);
        else
            sched_detach(rq, t, place_new(t));
    }
    spin_unlock(&rq->lock, irq);
    if (moves)
        sched_place(t);
    return runs;
}

static bool runs_on_forbidden(struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    bool forbidden = atomic_load_explicit(&t->on_cpu, memory_order_acquire) &&
                     !cpumask_test(&t->affinity, task_cpu(t));

    spin_unlock(&rq->lock, irq);
    return forbidden;
}

int sched_set_affinity(struct task *t, const struct cpumask *mask)
{
    struct cpumask online = cpumask_first_n(nr_cpus);

    for (unsigned i = 0; i < ARRAY_SIZE(online.bits); i++)
        online.bits[i] &= mask->bits[i];
    if (cpumask_empty(&online))
        return -EINVAL;
    if (!apply_affinity(t, &online))
        return 0;
    if (t == current_task())
        schedule();
    while (runs_on_forbidden(t))
        sleep_until(clock_monotonic() + MIGRATION_POLL_NS, false);
    return 0;
}

uint64_t sched_cpu_time(struct task *t)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);

    if (is_running(t))
        sched_charge(rq);
    uint64_t ticks = t->cpu_time;
    spin_unlock(&rq->lock, irq);
    return arch_ticks_to_ns(ticks);
}
