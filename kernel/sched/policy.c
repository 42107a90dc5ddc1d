/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changes how and where a task is scheduled, under the lock of the queue that the task
 * is on.
 */
#include "sched_internal.h"
#include <hermit/atomic.h>
#include <hermit/irq.h>
#include <hermit/wait.h>
#include <linux/errno.h>
#include <linux/sched.h>

#define MIGRATION_POLL_NS 50000UL /* between checks of a task that must leave its core */

static bool valid_policy(int policy, int rt_priority)
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

/* Makes the running task of its core give way if it should. Queue locked. */
static void recheck_running(struct task *t)
{
    unsigned cpu = task_cpu(t);

    atomic_fetch_or_explicit(&t->work, TASK_WORK_RESCHED, memory_order_seq_cst);
    if (cpu != this_cpu()->id)
        ipi_reschedule(cpu);
}

/* Sets the fields of a task that is not queued. Queue locked. */
static void set_fields(struct sched_cpu *rq, struct task *t, const struct sched_policy *to)
{
    bool was_rt = task_is_rt(t);
    uint64_t load = t->load;

    t->policy = to->policy;
    t->rt_priority = to->rt_priority;
    t->nice = to->nice;
    t->reset_on_fork = to->reset_on_fork;
    if (is_running(t))
        store_relaxed(&rq->running_rt, t->rt_priority);
    rq_reweight(rq, t);
    if (t->on_rq) {
        load = t->load - load + atomic_load_explicit(&rq->load, memory_order_relaxed);
        atomic_store_explicit(&rq->load, load, memory_order_relaxed);
    }
    if (was_rt && t->on_rq)
        rq_place_woken(rq, t); /* no credit for its real-time run time, which did not count */
}

/* Queue locked. A real-time task that loses priority comes first among its new equals. */
static void change(struct sched_cpu *rq, struct task *t, const struct sched_policy *to)
{
    bool running = is_running(t), queued = t->on_rq && !running;
    bool front = task_is_rt(t) && to->rt_priority < t->rt_priority;

    if (queued)
        rq_dequeue(rq, t);
    else if (running)
        sched_charge(rq);
    set_fields(rq, t, to);
    if (queued) {
        rq_enqueue(rq, t, front);
        struct task *curr = cpus[task_cpu(t)]->current;
        if (curr != rq->idle && rq_preempts(t, curr))
            recheck_running(curr);
    } else if (running) {
        recheck_running(t);
    }
}

/* Queue locked. */
static struct sched_policy policy_of(const struct task *t)
{
    return (struct sched_policy){t->policy, t->rt_priority, t->nice, t->reset_on_fork};
}

void sched_get_policy(struct task *t, struct sched_policy *now)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);

    *now = policy_of(t);
    spin_unlock(&rq->lock, irq);
}

int sched_set_policy(struct task *t, const struct sched_policy *to, unsigned parts)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    struct sched_policy now = policy_of(t), next = *to;
    int err = 0;

    if (!(parts & SCHED_SET_POLICY)) {
        next.policy = now.policy;
        next.reset_on_fork = now.reset_on_fork;
    }
    if (!(parts & SCHED_SET_PRIORITY) && now.rt_priority != 0)
        next.rt_priority = now.rt_priority;
    if (!(parts & SCHED_SET_NICE) || (next.policy != SCHED_NORMAL && next.policy != SCHED_BATCH))
        next.nice = now.nice;
    if (!valid_policy(next.policy, next.rt_priority))
        err = -EINVAL;
    now.reset_on_fork = next.reset_on_fork;
    if (err == 0)
        change(rq, t, parts & SCHED_SET_PRIORITY ? &next : &now);
    spin_unlock(&rq->lock, irq);
    return err;
}

void sched_set_nice(struct task *t, int nice)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);
    struct sched_policy next = policy_of(t);

    next.nice = nice;
    change(rq, t, &next);
    spin_unlock(&rq->lock, irq);
}

/* Sets the mask and moves a task that is queued on a forbidden core. True: it runs on one. */
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
            sched_detach(rq, t, place_new(t), 0);
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
        sleep_until(clock_monotonic() + MIGRATION_POLL_NS, 0);
    return 0;
}

void sched_get_affinity(struct task *t, struct cpumask *mask)
{
    unsigned long irq;
    struct sched_cpu *rq = task_queue_lock(t, &irq);

    *mask = t->affinity;
    spin_unlock(&rq->lock, irq);
}
