/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of tasks on one core: which runs next, and who must give way to whom.
 * Pure: no clock, no locks (the caller holds the queue's), no switching.
 *
 * A runnable task that is not running is in the queue: real-time tasks in a FIFO
 * list for each priority, the others in a tree by virtual run time.
 */
#ifndef RUN_QUEUE_H
#define RUN_QUEUE_H

#include <hermit/sched.h>
#include <hermit/task.h>

#define SLICE_FAIR_NS  3000000UL   /* of a fair task, while others compete */
#define SLICE_RR_NS    100000000UL /* of SCHED_RR, as Linux's default */
#define WAKE_MARGIN_NS 1000000UL   /* lead in virtual run time that lets a waking task preempt */

void rq_init(struct sched_cpu *rq);

/* SCHED_FIFO or SCHED_RR: sched_valid_policy() gives no other a priority. */
static inline bool task_is_rt(const struct task *t)
{
    return t->rt_priority != 0;
}

/* Puts a task into the queue; `front`: before its equals (real-time only). */
void rq_enqueue(struct sched_cpu *rq, struct task *t, bool front);
void rq_dequeue(struct sched_cpu *rq, struct task *t);

/* The task of the queue that should run before all others of it; NULL: none. */
struct task *rq_first(const struct sched_cpu *rq);

/* Takes the task that should run out of the queue: `curr` (still runnable, or NULL) or a better
 * one, in which case `curr` goes into the queue. NULL: nothing is runnable. */
struct task *rq_pick(struct sched_cpu *rq, struct task *curr);

/* True if `t` must replace `curr` at once. */
bool rq_preempts(const struct task *t, const struct task *curr);

/* Accounts for `delta` ns that the running task has used. */
void rq_account(struct sched_cpu *rq, struct task *curr, uint64_t delta);

/* A task that comes from sleep keeps at most a small credit over those that ran meanwhile. */
void rq_place_woken(const struct sched_cpu *rq, struct task *t);

/* Makes `curr`, the running task, come after all that are queued now. */
void rq_yield(const struct sched_cpu *rq, struct task *curr);

/* ns until the running task's slice ends since its start; TIME_FOREVER: it has none. */
uint64_t rq_slice(const struct task *t);

/* First queued task that may run on `cpu`; NULL: none. Looks at a bounded number. */
struct task *rq_find_allowed(const struct sched_cpu *rq, unsigned cpu);

#endif
