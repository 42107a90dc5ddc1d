/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shared by the files of kernel/sched/ only.
 *
 * A task between two cores ("on its way") is runnable but on no queue: state
 * TASK_RUNNING, on_rq false, `cpu` the core that it goes to, vruntime relative to
 * the queue that it left. Only sched_place() ends that.
 */
#ifndef SCHED_INTERNAL_H
#define SCHED_INTERNAL_H

#include "run_queue.h"
#include <hermit/chaos.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/task_table.h>

/* Locks the queue of the core that `t` is on, or was on last. */
struct sched_cpu *task_queue_lock(struct task *t, unsigned long *irq);

static inline struct sched_cpu *queue_of(unsigned cpu)
{
    return cpu_sched(cpus[cpu]);
}

static inline struct cpu *cpu_of_queue(struct sched_cpu *rq)
{
    return cpu_of_sched(rq);
}

static inline unsigned queue_length(const struct sched_cpu *rq)
{
    return (uint32_t)atomic_load_explicit(&rq->load, memory_order_relaxed);
}

static inline unsigned task_cpu(const struct task *t)
{
    return atomic_load_explicit(&t->cpu, memory_order_relaxed);
}

static inline bool task_is_sleeping(const struct task *t)
{
    int state = atomic_load_explicit(&t->state, memory_order_relaxed);
    return state == TASK_INTERRUPTIBLE || state == TASK_UNINTERRUPTIBLE;
}

/* Queue locked. */
static inline bool is_running(const struct task *t)
{
    return cpus[task_cpu(t)]->current == t;
}

/* Marks the calling task as about to sleep. Full barrier: its next check of the condition comes
 * after the mark is visible; pairs with the queue lock that wakers take after changing the
 * condition. */
static inline void task_set_state(enum task_state state)
{
    atomic_store_explicit(&current_task()->state, state, memory_order_seq_cst);
}

/* Counts a runnable task out of the queue. Queue locked. */
void sched_count_out(struct sched_cpu *rq, struct task *t);

/* Counts a sleep of the current task that did not take place. */
void sched_count_sleep(void);

/* Accounts for the running task of the queue's core up to now. Queue locked. */
void sched_charge(struct sched_cpu *rq);

/* Takes a queued task (not running) off its queue and sends it on its way to `cpu`, whose clock is
 * `lead` ahead (0: treated as even). Queue locked; unlock it, then call sched_place(). */
SMALL void sched_detach(struct sched_cpu *rq, struct task *t, unsigned cpu, int64_t lead);

/* Puts a task that is on its way into its core's queue, or another's if that core is forbidden or
 * busy by now. */
void sched_place(struct task *t);

/* place.c: which core. */
void idle_cores_set(unsigned cpu);
void idle_cores_clear(unsigned cpu);
void crowded_cores_add(int change); /* a core got its second runnable task, or is back to one */
unsigned place_new(const struct task *t); /* least loaded allowed core, idle ones first */
unsigned place_idle(const struct task *t, unsigned otherwise); /* an idle allowed core */
/* Core for a woken task whose last one is busy or forbidden: an idle one, else the last. */
unsigned place_woken_busy(const struct task *t);

/* Cores with nothing runnable, a bit for each. */
extern _Atomic uint64_t idle_cores[ARRAY_SIZE(((struct cpumask *)0)->bits)];

/* The last core if idle, else another idle one, else the last, whose queue is `rq`, locked. */
static inline unsigned place_woken(const struct sched_cpu *rq, const struct task *t)
{
    if (likely(!t->misplaced)) {
        if (queue_length(rq) == 0)
            return task_cpu(t);
        uint64_t idle = atomic_load_explicit(&idle_cores[0], memory_order_relaxed);
        if (nr_cpus <= 64 && (idle & t->affinity.bits[0]) == 0 && !task_is_rt(t))
            return task_cpu(t);
    }
    return place_woken_busy(t);
}

SMALL bool sched_pull(void); /* idle core: takes a task over from a busy one */
SMALL void
sched_push(void); /* core with several tasks, at slice ends: gives one to a less loaded core */

/* usage.c: times of a sum are in ticks; usage_to_ns() converts them once all tasks are added. */
void usage_add(struct usage *sum, struct task *t);
void usage_to_ns(struct usage *usage);

/* wait.c: the fields that wait_sleep() uses. */
void wait_task_init(struct task *t);

/* task.c */
struct task *task_alloc_idle(unsigned cpu, bool with_stack); /* NULL: out of memory */
struct task *task_init_main(void);                           /* NULL: out of memory */
void task_reap(struct task *t);                              /* the last switch left it for good */
_Noreturn void idle_start(void *arg);

#endif
