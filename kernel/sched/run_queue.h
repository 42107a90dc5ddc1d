/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of tasks on one core: which runs next, and who must give way to whom.
 * Pure: no clock, no locks (the caller holds the queue's), no switching.
 *
 * A runnable task that is not running is in the queue: real-time tasks in a FIFO
 * list for each priority, the others by virtual run time in the sorted list `fair`.
 * Most come at its ends: behind all others when they have used their slice or
 * yield, before them when they wake. One whose place is further in than a few steps
 * goes into the tree `far` instead, so that no insertion is longer than the
 * logarithm of the queue. The first and the last of all are always in the list,
 * which is empty only if the tree is: whoever needs the ends knows the list alone.
 * Time is in ticks of the processor's counter, so that a switch converts nothing.
 *
 * What most switches do, those without a real-time task about, is inline here;
 * run_queue.c has the rest.
 */
#ifndef RUN_QUEUE_H
#define RUN_QUEUE_H

#include <hermit/sched.h>
#include <hermit/task.h>

/* Spans of time in ticks; those of ns until sched_time_init(). */
struct rq_spans {
    uint64_t slice_fair; /* of a fair task, while others compete */
    uint64_t slice_rr;   /* of SCHED_RR */
    uint64_t credit;     /* of a task that has slept, in virtual run time */
    uint64_t margin;     /* lead in virtual run time that lets a waking task preempt */
    uint64_t yield;      /* processor time that a yield gives away at most */
};
extern struct rq_spans rq_spans;

/*
 * Load of a task and of a core: how many tasks in the low half, their weights in the
 * high one. A real-time task weighs as much as leaves nothing to others.
 */
#define LOAD_WEIGHT(load) ((load) >> 32)
#define LOAD_RT           (1UL << 20)

#define WEIGHT_NICE_0 1024 /* task.weight of nice 0 … */
#define WEIGHT_IDLE   3    /* … and of SCHED_IDLE, the least; 0: real-time, or a core's idle task */

SMALL void rq_init(struct sched_cpu *rq);

/* Sets task.weight, load and yield_span by policy, priority and nice: whenever those change. */
void task_set_weight(struct task *t);

/* The same for a task of the queue (not in it: it runs, or sleeps): what it is ahead of the others
 * stays the same in time of its own. */
void rq_reweight(const struct sched_cpu *rq, struct task *t);

/* SCHED_FIFO or SCHED_RR: sched_set_policy() gives no other a priority. */
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

/* The task of the queue that should run before all others of it; NULL: none. */
struct task *rq_first(const struct sched_cpu *rq);

/* True if `t` must replace `curr` at once. */
bool rq_preempts_any(const struct task *t, const struct task *curr);
static inline bool rq_preempts(const struct task *t, const struct task *curr)
{
    if (likely(t->weight > WEIGHT_IDLE && curr->weight > WEIGHT_IDLE))
        return rq_before(t->vruntime + rq_spans.margin, curr->vruntime);
    return rq_preempts_any(t, curr);
}

/* True if the queued task `t` should run instead of `curr`, which has its slice or has used it. */
static inline bool rq_beats_fair(const struct task *t, const struct task *curr)
{
    if (!curr->slice_over)
        return rq_preempts(t, curr);
    return likely(!task_is_rt(curr)) && !rq_before(curr->vruntime, t->vruntime);
}

/* Takes the task that should run out of the queue: `curr` (still runnable, or NULL) or a better
 * one, in which case `curr` goes into the queue. NULL: nothing is runnable. */
SMALL struct task *rq_pick_any(struct sched_cpu *rq, struct task *curr);
static inline struct task *rq_pick(struct sched_cpu *rq, struct task *curr)
{
    if (unlikely(rq->nr_apart != 0)) /* the list is not all */
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

/* A task that comes from sleep keeps at most a small credit over those that ran meanwhile. */
static inline void rq_place_woken(const struct sched_cpu *rq, struct task *t)
{
    uint64_t earliest = rq->min_vruntime - rq_spans.credit;

    if (rq_before(t->vruntime, earliest))
        t->vruntime = earliest;
}

/*
 * Makes `curr`, the running task, come after those that are queued now. What it gives
 * away is bounded: it does not go behind one that has run for long, as by its weight
 * a task of SCHED_IDLE has after one slice.
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

/* Ticks until the running task's slice ends since its start; TIME_FOREVER: it has none. */
uint64_t rq_slice(const struct task *t);

/* First queued task that may run on one of `cores`, real-time ones before the others, or not looked
 * at; NULL: none. Looks at a bounded number. */
struct task *rq_find_allowed(const struct sched_cpu *rq, const struct cpumask *cores);
struct task *rq_find_fair(const struct sched_cpu *rq, const struct cpumask *cores);

/*
 * Fairness between cores. A core's clock is the virtual time of its fair tasks; it goes
 * the slower the more of them share the core. If one goes ahead of another, its tasks
 * get more than their share, and one from the other core should run there for a while.
 * Clocks that have gone apart (a core was idle, or affinities forbade moves) do not
 * remember more than rq_lead_limit().
 */
static inline uint64_t rq_clock(const struct sched_cpu *rq)
{
    return rq->min_vruntime + rq->ahead;
}

static inline int64_t rq_lead_limit(void)
{
    return 3 * (int64_t)rq_spans.slice_fair;
}

/* What the queue's clock is ahead of `clock`, another core's;
 * sets it forward if it is far behind. */
int64_t rq_lead(struct sched_cpu *rq, uint64_t clock);

/*
 * At the end of a slice on a core with several tasks. Only a core that had several for
 * some slices of late evens out in turns: one that has to wait for a moment disturbs no
 * other core. Slices are counted, and not time: in what the host took there was no turn.
 */
#define RQ_CROWDED_LONG 8  /* slices; twice as many are remembered … */
#define RQ_CROWDED_LEAK 16 /* … and forgotten after so many times that time */
void rq_note_crowd(struct sched_cpu *rq, uint64_t now);
static inline bool rq_crowded_long(const struct sched_cpu *rq)
{
    return rq->crowded > RQ_CROWDED_LONG * rq_spans.slice_fair;
}

/*
 * How good it is for a task of `weight` to go from a core with load `from` to one with
 * load `to` whose clock is ahead by `lead`. Best if that evens the loads out; else in
 * turns, once it is owed a slice. NO_PUSH: it should not.
 */
#define NO_PUSH INT64_MIN
int64_t rq_push_rank(uint64_t from, uint64_t to, uint32_t weight, int64_t lead);

/* `t`, taken off the queue, goes to a core whose clock is ahead by `lead`: where it stands there,
 * relative to that queue's virtual time. */
void rq_leave(struct sched_cpu *rq, struct task *t, int64_t lead);

#endif
