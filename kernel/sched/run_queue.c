/* SPDX-License-Identifier: BSD-3-Clause */
/* Order of runnable tasks; see run_queue.h. The caller holds the queue's lock. */
#include "run_queue.h"
#include <hermit/atomic.h>
#include <linux/sched.h>

#define FIND_LIMIT 32 /* tasks that a search for a movable one, or a yield, looks at */
#define NEAR_STEPS 8  /* from an end of the list within which a task is put into it */

/* Share of a task by nice −20..19: each step is a factor of about 1.25, 1024 at nice 0. */
static const uint32_t nice_weight[40] = {
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
    3906,  3121,  2501,  1991,  1586,  1277,  1024,  820,   655,   526,   423,  335,  272,  215,
    172,   137,   110,   87,    70,    56,    45,    36,    29,    23,    18,   15,
};

/* tests/unit/sched/fairness_test.c tests what the fair ones are for. */
struct rq_spans rq_spans = {.slice_fair = SCHED_SLICE_FAIR_NS,
                            .slice_rr = SCHED_SLICE_RR_NS,
                            .credit = 500000,
                            .margin = 300000,
                            .yield = 20000000};

void task_set_weight(struct task *t)
{
    if (task_is_rt(t))
        t->weight = 0;
    else
        t->weight = t->policy == SCHED_IDLE ? WEIGHT_IDLE : nice_weight[t->nice + 20];
    t->load = 1 | (task_is_rt(t) ? LOAD_RT : (uint64_t)t->weight) << 32;
    t->yield_span = rq_spans.yield * WEIGHT_NICE_0 / MAX(t->weight, WEIGHT_NICE_0);
}

void rq_reweight(const struct sched_cpu *rq, struct task *t)
{
    uint32_t before = t->weight;
    int64_t lead = (int64_t)(t->vruntime - rq->min_vruntime);

    task_set_weight(t);
    if (t->weight != 0 && before != 0 && lead > 0)
        t->vruntime = rq->min_vruntime + (uint64_t)lead * before / t->weight;
}

void rq_init(struct sched_cpu *rq)
{
    spin_init(&rq->lock, "run_queue");
    list_init(&rq->fair);
    for (unsigned i = 0; i < RT_PRIORITIES; i++)
        list_init(&rq->rt[i]);
    rq->rt_bitmap[0] = rq->rt_bitmap[1] = 0;
    rq->far.node = NULL;
    rq->nr_rt = rq->nr_apart = 0;
    atomic_store_explicit(&rq->load, 0, memory_order_relaxed);
    rq->min_vruntime = rq->ahead = 0;
    rq->push_last = 0;
    rq->crowded = rq->looked = 0;
    rq->uncrowded = true;
}

void rq_enqueue_rt(struct sched_cpu *rq, struct task *t, bool front)
{
    struct list *queue = &rq->rt[t->rt_priority];

    if (front)
        list_push_front(queue, &t->queue_link);
    else
        list_push_back(queue, &t->queue_link);
    poke(rq->nr_rt, rq->nr_rt + 1);
    rq->nr_apart++;
    rq->rt_bitmap[t->rt_priority / 64] |= 1UL << (t->rt_priority % 64);
}

static inline struct task *far_task(const struct rb_node *node)
{
    return rb_entry(node, struct task, far_node);
}

/* Behind those with the same run time. */
static void far_insert(struct sched_cpu *rq, struct task *t)
{
    struct rb_node **link = &rq->far.node, *parent = NULL;

    while (*link != NULL) {
        parent = *link;
        link = rq_before(t->vruntime, far_task(parent)->vruntime) ? &parent->left : &parent->right;
    }
    rb_insert(&rq->far, parent, link, &t->far_node, NULL);
    t->far = true;
    rq->nr_apart++;
}

static void far_remove(struct sched_cpu *rq, struct task *t)
{
    rb_remove(&rq->far, &t->far_node, NULL);
    t->far = false;
    rq->nr_apart--;
}

/* After a removal: moves the first and the last fair task back to the list. */
static void ends_to_list(struct sched_cpu *rq)
{
    if (rq->far.node == NULL)
        return;
    struct task *t = far_task(rb_first(&rq->far));
    if (list_empty(&rq->fair) || rq_before(t->vruntime, rq_task(rq->fair.next)->vruntime)) {
        far_remove(rq, t);
        list_push_front(&rq->fair, &t->queue_link);
    }
    if (rq->far.node == NULL)
        return;
    t = far_task(rb_last(&rq->far));
    if (rq_before(rq_task(rq->fair.prev)->vruntime, t->vruntime)) {
        far_remove(rq, t);
        list_push_back(&rq->fair, &t->queue_link);
    }
}

static void rt_dequeue(struct sched_cpu *rq, struct task *t)
{
    list_unlink(&t->queue_link);
    poke(rq->nr_rt, rq->nr_rt - 1);
    rq->nr_apart--;
    if (list_empty(&rq->rt[t->rt_priority]))
        rq->rt_bitmap[t->rt_priority / 64] &= ~(1UL << (t->rt_priority % 64));
}

void rq_dequeue(struct sched_cpu *rq, struct task *t)
{
    if (task_is_rt(t)) {
        rt_dequeue(rq, t);
    } else if (t->far) {
        far_remove(rq, t);
    } else {
        list_unlink(&t->queue_link);
        ends_to_list(rq);
    }
}

/* Inserts behind those with the same run time or less; searches from both ends at once. */
void rq_enqueue_between(struct sched_cpu *rq, struct task *t)
{
    struct list *after = rq->fair.prev, *before = rq->fair.next;

    for (unsigned i = 0; i < NEAR_STEPS; i++, after = after->prev, before = before->next) {
        if (after == &rq->fair || !rq_before(t->vruntime, rq_task(after)->vruntime)) {
            list_push_front(after, &t->queue_link);
            return;
        }
        if (rq_before(t->vruntime, rq_task(before)->vruntime)) {
            list_push_back(before, &t->queue_link);
            return;
        }
    }
    far_insert(rq, t);
}

/* The last task is too far ahead: moves `curr` behind the first ones that are not. */
void rq_yield_within(const struct sched_cpu *rq, struct task *curr)
{
    uint64_t limit = curr->vruntime + curr->yield_span;
    unsigned looked = 0;

    list_for_each (it, &rq->fair) {
        uint64_t at = rq_task(it)->vruntime;
        if (rq_before(limit, at) || looked++ == FIND_LIMIT)
            break;
        if (!rq_before(at, curr->vruntime))
            curr->vruntime = at + 1;
    }
}

/* Some real-time task must be queued. */
static unsigned rt_highest(const struct sched_cpu *rq)
{
    unsigned word = rq->rt_bitmap[1] != 0;

    return word * 64 + 63 - (unsigned)__builtin_clzl(rq->rt_bitmap[word]);
}

struct task *rq_first(const struct sched_cpu *rq)
{
    if (rq->nr_rt != 0)
        return rq_task(rq->rt[rt_highest(rq)].next);
    return list_empty(&rq->fair) ? NULL : rq_task(rq->fair.next);
}

bool rq_preempts_any(const struct task *t, const struct task *curr)
{
    if (task_is_rt(t))
        return !task_is_rt(curr) || t->rt_priority > curr->rt_priority;
    if (task_is_rt(curr))
        return false;
    if ((t->policy == SCHED_IDLE) != (curr->policy == SCHED_IDLE))
        return curr->policy == SCHED_IDLE;
    return rq_before(t->vruntime + rq_spans.margin, curr->vruntime);
}

/* True if the first of the queue, `t`, should run instead of `curr`. */
static bool beats(const struct task *t, const struct task *curr)
{
    if (!task_is_rt(t))
        return rq_beats_fair(t, curr);
    if (!curr->slice_over)
        return rq_preempts(t, curr);
    return !task_is_rt(curr) || t->rt_priority >= curr->rt_priority;
}

struct task *rq_pick_any(struct sched_cpu *rq, struct task *curr)
{
    struct task *best = rq_first(rq);

    if (curr != NULL && !beats(best, curr))
        return curr;
    rq_dequeue(rq, best);
    if (task_is_rt(best))
        atomic_store_explicit(&rq->running_rt, best->rt_priority, memory_order_relaxed);
    if (curr != NULL)
        rq_enqueue(rq, curr, !curr->slice_over);
    return best;
}

uint64_t rq_slice(const struct task *t)
{
    if (t->policy == SCHED_FIFO)
        return TIME_FOREVER;
    return t->policy == SCHED_RR ? rq_spans.slice_rr : rq_spans.slice_fair;
}

int64_t rq_lead(struct sched_cpu *rq, uint64_t clock)
{
    int64_t lead = (int64_t)(rq_clock(rq) - clock);

    if (lead < -rq_lead_limit()) {
        rq->ahead += (uint64_t)(-rq_lead_limit() - lead);
        lead = -rq_lead_limit();
    }
    return lead;
}

void rq_note_crowd(struct sched_cpu *rq, uint64_t now)
{
    uint64_t forgotten = rq->uncrowded ? (now - rq->looked) / RQ_CROWDED_LEAK : 0;
    uint64_t slice = rq_spans.slice_fair;

    rq->looked = now;
    rq->uncrowded = false;
    rq->crowded =
        MIN(rq->crowded - MIN(rq->crowded, forgotten) + slice, 2 * RQ_CROWDED_LONG * slice);
}

int64_t rq_push_rank(uint64_t from, uint64_t to, uint32_t weight, int64_t lead)
{
    uint64_t here = LOAD_WEIGHT(from), there = LOAD_WEIGHT(to);
    int64_t due = (int64_t)(rq_spans.slice_fair * WEIGHT_NICE_0 / weight);

    if (there >= here)
        return NO_PUSH;
    if (there + weight < here)
        return INT64_MAX / 2 + lead;
    return lead > due ? lead : NO_PUSH;
}

void rq_leave(struct sched_cpu *rq, struct task *t, int64_t lead)
{
    if (lead > rq_lead_limit()) {
        rq->ahead += (uint64_t)(lead - rq_lead_limit());
        lead = rq_lead_limit();
    }
    t->vruntime -= rq->min_vruntime + (uint64_t)lead;
}

static bool may_run_on(const struct task *t, const struct cpumask *cores)
{
    uint64_t common = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(cores->bits); i++)
        common |= t->affinity.bits[i] & cores->bits[i];
    return common != 0;
}

static struct task *rt_find(const struct sched_cpu *rq, const struct cpumask *cores)
{
    unsigned looked = 0;

    for (unsigned priority = rq->nr_rt == 0 ? 0 : rt_highest(rq); priority > 0; priority--) {
        list_for_each (it, &rq->rt[priority]) {
            struct task *t = rq_task(it);
            if (may_run_on(t, cores))
                return t;
            if (++looked == FIND_LIMIT)
                return NULL;
        }
    }
    return NULL;
}

struct task *rq_find_fair(const struct sched_cpu *rq, const struct cpumask *cores)
{
    unsigned looked = 0;

    list_for_each (it, &rq->fair) {
        if (looked++ == FIND_LIMIT)
            return NULL;
        if (may_run_on(rq_task(it), cores))
            return rq_task(it);
    }
    for (struct rb_node *it = rb_first(&rq->far); it != NULL; it = rb_next(it)) {
        if (looked++ == FIND_LIMIT)
            return NULL;
        if (may_run_on(far_task(it), cores))
            return far_task(it);
    }
    return NULL;
}

struct task *rq_find_allowed(const struct sched_cpu *rq, const struct cpumask *cores)
{
    struct task *t = rt_find(rq, cores);

    return t != NULL ? t : rq_find_fair(rq, cores);
}
