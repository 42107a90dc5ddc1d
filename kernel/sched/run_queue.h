/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of tasks on one core: which runs next, and which preempts which. Pure: no
 * clock, no locks (the caller holds the queue's), no switching.
 *
 * A runnable task that is not running is in the queue: real-time tasks in a FIFO list
 * for each priority, the others by virtual run time in the sorted list `fair`. Most are
 * inserted at its ends: at the back after a used slice or a yield, at the front after a
 * wake-up. A task whose place is more than a few steps from an end goes into the tree
 * `far` instead, so that an insertion takes at most the logarithm of the queue length.
 * The first and the last fair task are always in the list, which is empty only if the
 * tree is: code that needs the ends reads the list alone. Times are in ticks of the
 * processor's counter, so that a switch converts nothing.
 *
 * The common case, a switch without real-time tasks, is inline here; run_queue.c has
 * the rest.
 */
#ifndef RUN_QUEUE_H
#define RUN_QUEUE_H

#include <hermit/sched.h>
#include <hermit/task.h>

/* Time spans in ticks; in ns until sched_time_init(). */
struct rq_spans {
    uint64_t slice_fair; /* of a fair task, while others compete */
    uint64_t slice_rr;   /* of SCHED_RR */
    uint64_t credit;     /* of a task that has slept, in virtual run time */
    uint64_t margin;     /* lead in virtual run time that lets a waking task preempt */
    uint64_t yield;      /* most processor time that a yield gives up */
};
extern struct rq_spans rq_spans;

/*
 * Load of a task or a core: the number of tasks in the low half, the sum of their
 * weights in the high half. A real-time task weighs as much as 1024 of nice 0: it
 * leaves no time to others.
 */
#define LOAD_WEIGHT(load) ((load) >> 32)
#define LOAD_RT           (1UL << 20)

#define WEIGHT_NICE_0 1024 /* task.weight of nice 0 … */
#define WEIGHT_IDLE   3    /* … and of SCHED_IDLE, the least; 0: real-time, or a core's idle task */

SMALL void rq_init(struct sched_cpu *rq);

/* Sets task.weight, load and yield_span from policy, priority and nice; call when those change. */
void task_set_weight(struct task *t);

/* The same for a task of this core that is not queued (it runs or sleeps). Scales its lead in
 * virtual run time, so that the lead stays the same in processor time. */
void rq_reweight(const struct sched_cpu *rq, struct task *t);

/* SCHED_FIFO or SCHED_RR: sched_set_policy() gives other policies no priority. */
static inline bool task_is_rt(const struct task *t)
{
    return t->rt_priority != 0;
}

static inline bool rq_before(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b) < 0;
}

static inline struct task *rq_task(const struct list *link)
{
    return list_entry(link, struct task, queue_link);
}

/* Puts a task into the queue; `front`: before its equals (real-time only). */
void rq_enqueue_rt(struct sched_cpu *rq, struct task *t, bool front);
SMALL void rq_enqueue_between(struct sched_cpu *rq, struct task *t);
static inline void rq_enqueue_fair(struct sched_cpu *rq, struct task *t)
{
    if (likely(list_empty(&rq->fair) || !rq_before(t->vruntime, rq_task(rq->fair.prev)->vruntime)))
        list_push_back(&rq->fair, &t->queue_link);
    else
        rq_enqueue_between(rq, t);
}
static inline void rq_enqueue(struct sched_cpu *rq, struct task *t, bool front)
{
    if (likely(!task_is_rt(t)))
        rq_enqueue_fair(rq, t);
    else
        rq_enqueue_rt(rq, t, front);
}

SMALL void rq_dequeue(struct sched_cpu *rq, struct task *t);

/* The queued task that should run first; NULL: none. */
struct task *rq_first(const struct sched_cpu *rq);

/* True if `t` must replace `curr` at once. */
bool rq_preempts_any(const struct task *t, const struct task *curr);
static inline bool rq_preempts(const struct task *t, const struct task *curr)
{
    if (likely(t->weight > WEIGHT_IDLE && curr->weight > WEIGHT_IDLE))
        return rq_before(t->vruntime + rq_spans.margin, curr->vruntime);
    return rq_preempts_any(t, curr);
}

/* True if the queued task `t` should run instead of `curr`, during its slice or after it. */
static inline bool rq_beats_fair(const struct task *t, const struct task *curr)
{
    if (!curr->slice_over)
        return rq_preempts(t, curr);
    return likely(!task_is_rt(curr)) && !rq_before(curr->vruntime, t->vruntime);
}

/* Returns the task that should run: `curr` (still runnable, or NULL), or a better one, which leaves
 * the queue while `curr` enters it. NULL: nothing is runnable. */
SMALL struct task *rq_pick_any(struct sched_cpu *rq, struct task *curr);
static inline struct task *rq_pick(struct sched_cpu *rq, struct task *curr)
{
    if (unlikely(rq->nr_apart != 0)) /* some are not in the list */
        return rq_pick_any(rq, curr);
    if (list_empty(&rq->fair))
        return curr;
    struct task *best = rq_task(rq->fair.next);
    if (curr != NULL && !rq_beats_fair(best, curr))
        return curr;
    list_unlink(&best->queue_link);
    if (curr != NULL)
        rq_enqueue_fair(rq, curr);
    return best;
}

/* Accounts for `delta` ticks that the running task has used. */
static inline void rq_account(struct sched_cpu *rq, struct task *curr, uint64_t delta)
{
    curr->cpu_time += delta;
    if (unlikely(curr->weight != WEIGHT_NICE_0)) {
        if (curr->weight == 0)
            return;
        delta = delta * WEIGHT_NICE_0 / curr->weight;
    }
    uint64_t least = curr->vruntime += delta;
    if (!list_empty(&rq->fair) && rq_before(rq_task(rq->fair.next)->vruntime, least))
        least = rq_task(rq->fair.next)->vruntime;
    if (rq_before(rq->min_vruntime, least))
        rq->min_vruntime = least;
}

/* Limits the credit of a task that slept over those that ran meanwhile. */
static inline void rq_place_woken(const struct sched_cpu *rq, struct task *t)
{
    uint64_t earliest = rq->min_vruntime - rq_spans.credit;

    if (rq_before(t->vruntime, earliest))
        t->vruntime = earliest;
}

/*
 * Moves `curr`, the running task, behind those that are queued now, but not by more
 * than its yield_span: not behind a task of far larger virtual run time, as one of
 * SCHED_IDLE has after a single slice.
 */
void rq_yield_within(const struct sched_cpu *rq, struct task *curr);
static inline void rq_yield(const struct sched_cpu *rq, struct task *curr)
{
    curr->slice_over = true;
    if (task_is_rt(curr) || list_empty(&rq->fair))
        return;
    int64_t lead = (int64_t)(rq_task(rq->fair.prev)->vruntime - curr->vruntime);
    if (lead < 0)
        return;
    if (likely(lead <= (int64_t)curr->yield_span))
        curr->vruntime += (uint64_t)lead + 1;
    else
        rq_yield_within(rq, curr);
}

/* Length of the task's slice in ticks; TIME_FOREVER: unlimited. */
uint64_t rq_slice(const struct task *t);

/* First queued task that may run on one of `cores`; NULL: none found. Checks a bounded number. The
 * first function prefers real-time tasks, the second ignores them. */
struct task *rq_find_allowed(const struct sched_cpu *rq, const struct cpumask *cores);
struct task *rq_find_fair(const struct sched_cpu *rq, const struct cpumask *cores);

/*
 * Fairness between cores. A core's clock is the virtual time of its fair tasks; the
 * more of them share the core, the slower it runs. The tasks of a core whose clock is
 * ahead get more than their share, so one from another core should run there for a
 * while. The difference of two clocks (a core was idle, or affinities forbade moves) is
 * cut to rq_lead_limit().
 */
static inline uint64_t rq_clock(const struct sched_cpu *rq)
{
    return rq->min_vruntime + rq->ahead;
}

static inline int64_t rq_lead_limit(void)
{
    return 3 * (int64_t)rq_spans.slice_fair;
}

/* How far the queue's clock is ahead of `clock`, another core's. Moves it forward if far behind. */
int64_t rq_lead(struct sched_cpu *rq, uint64_t clock);

/*
 * Call at the end of a slice on a core with several tasks. Only a core that recently had
 * several for some slices takes turns with others: a short wait should disturb no other
 * core. Counts slices, not time: no task has a turn while the host runs something else, and none
 * is forgotten meanwhile unless the core has had no competition in between.
 */
#define RQ_CROWDED_LONG 8  /* slices; the count ends at twice as many … */
#define RQ_CROWDED_LEAK 16 /* … and one is forgotten in the time of this many */
void rq_note_crowd(struct sched_cpu *rq, uint64_t now);
static inline bool rq_crowded_long(const struct sched_cpu *rq)
{
    return rq->crowded > RQ_CROWDED_LONG * rq_spans.slice_fair;
}

/*
 * Rank of moving a task of `weight` from a core with load `from` to one with load `to`
 * whose clock is ahead by `lead`; higher is better, NO_PUSH: do not move it. Highest if
 * the move evens the loads out; else cores take turns, and the task moves once it is
 * owed a slice.
 */
#define NO_PUSH INT64_MIN
int64_t rq_push_rank(uint64_t from, uint64_t to, uint32_t weight, int64_t lead);

/* For `t`, taken off the queue, that goes to a core whose clock is ahead by `lead`: makes its
 * vruntime relative to that queue's virtual time. */
void rq_leave(struct sched_cpu *rq, struct task *t, int64_t lead);

#endif
