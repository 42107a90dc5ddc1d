/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which core a task goes to.
 *
 * idle_cores has a bit for each core with nothing runnable. A core's bit changes under
 * that core's queue lock; readers take it as a hint and check again under the lock of
 * the core that they choose (sched_place()).
 */
#include "sched_internal.h"
#include <arch/time.h>
#include <hermit/atomic.h>

#define PUSH_LOOKS 8 /* cores that a search for a less loaded one locks */

_Atomic uint64_t idle_cores[ARRAY_SIZE(((struct cpumask *)0)->bits)];

void idle_cores_set(unsigned cpu)
{
    atomic_fetch_or_explicit(&idle_cores[cpu / 64], 1UL << (cpu % 64), memory_order_relaxed);
}

void idle_cores_clear(unsigned cpu)
{
    atomic_fetch_and_explicit(&idle_cores[cpu / 64], ~(1UL << (cpu % 64)), memory_order_relaxed);
}

/* Cores with two or more runnable tasks: a hint, like the mask, for cores that look for work. */
static _Atomic int crowded_cores;

void crowded_cores_add(int change)
{
    atomic_fetch_add_explicit(&crowded_cores, change, memory_order_relaxed);
}

/* First of `bits` after number `from`, cyclically; −1: none. */
static int next_bit(uint64_t bits, unsigned from)
{
    uint64_t after = bits & ~1UL << from;

    return bits == 0 ? -1 : __builtin_ctzl(after != 0 ? after : bits);
}

/* find_idle() for more cores than a word has bits. */
SMALL __attribute__((noinline)) static int find_idle_of_many(const struct cpumask *allowed,
                                                             unsigned from)
{
    unsigned words = (nr_cpus + 63) / 64;
    unsigned first = (from + 1) / 64 % words;

    for (unsigned i = 0; i <= words; i++) {
        unsigned word = (first + i) % words;
        uint64_t bits = atomic_load_explicit(&idle_cores[word], memory_order_relaxed);
        bits &= allowed->bits[word];
        if (i == 0 && (from + 1) / 64 == first)
            bits &= ~0UL << (from + 1) % 64;
        if (bits != 0)
            return (int)(word * 64 + (unsigned)__builtin_ctzl(bits));
    }
    return -1;
}

/* First idle allowed core after `from`, cyclically; −1: none. */
static int find_idle(const struct cpumask *allowed, unsigned from)
{
    if (unlikely(nr_cpus > 64))
        return find_idle_of_many(allowed, from);
    uint64_t idle = atomic_load_explicit(&idle_cores[0], memory_order_relaxed);
    return next_bit(idle & allowed->bits[0], from);
}

static inline uint64_t load_of(unsigned cpu)
{
    return atomic_load_explicit(&queue_of(cpu)->load, memory_order_relaxed);
}

/* Allowed core with the least load, the first one after `from`; `from` itself if it is the only
 * one. */
static __attribute__((noinline)) unsigned least_loaded(const struct cpumask *allowed, unsigned from)
{
    unsigned best = from;
    uint64_t least = UINT64_MAX;

    for (unsigned i = 1; i <= nr_cpus; i++) {
        unsigned cpu = (from + i) % nr_cpus;
        if (cpumask_test(allowed, cpu) && load_of(cpu) < least) {
            best = cpu;
            least = load_of(cpu);
        }
    }
    return best;
}

__attribute__((noinline)) unsigned place_new(const struct task *t)
{
    unsigned from = task_cpu(t);
    int idle = find_idle(&t->affinity, from);

    return idle >= 0 ? (unsigned)idle : least_loaded(&t->affinity, from);
}

unsigned place_idle(const struct task *t, unsigned otherwise)
{
    int idle = find_idle(&t->affinity, otherwise);

    return idle >= 0 ? (unsigned)idle : otherwise;
}

/* For a real-time task when no core is idle: a core whose running task it may preempt. That core
 * decides whether it does. */
static unsigned place_rt(const struct task *t)
{
    unsigned from = task_cpu(t);

    for (unsigned i = 0; i < nr_cpus; i++) {
        unsigned cpu = (from + i) % nr_cpus;
        struct sched_cpu *rq = queue_of(cpu);
        /* Does not read the running task: without the lock it may be ending. */
        if (cpumask_test(&t->affinity, cpu) && peek(rq->nr_rt) == 0 &&
            (LOAD_WEIGHT(load_of(cpu)) < LOAD_RT || load_relaxed(&rq->running_rt) < t->rt_priority))
            return cpu;
    }
    return from;
}

unsigned place_woken_busy(const struct task *t)
{
    unsigned last = task_cpu(t);
    int idle = find_idle(&t->affinity, last);

    if (idle >= 0)
        return (unsigned)idle;
    if (!cpumask_test(&t->affinity, last))
        return least_loaded(&t->affinity, last);
    return task_is_rt(t) ? place_rt(t) : last;
}

/* Takes a waiting task from `cpu` for core `me`. NULL: there is none that may move. */
static struct task *steal(unsigned cpu, unsigned me)
{
    struct sched_cpu *rq = queue_of(cpu);
    unsigned long irq;

    if (!spin_trylock(&rq->lock, &irq))
        return NULL;
    struct cpumask core = {0};
    cpumask_set(&core, me);
    struct task *t = queue_length(rq) > 1 ? rq_find_allowed(rq, &core) : NULL;
    if (t != NULL)
        sched_detach(rq, t, me, 0);
    spin_unlock(&rq->lock, irq);
    return t;
}

bool sched_pull(void)
{
    unsigned me = this_cpu()->id;

    if (atomic_load_explicit(&crowded_cores, memory_order_relaxed) == 0)
        return false;
    for (unsigned i = 1; i < nr_cpus; i++) {
        unsigned cpu = (me + i) % nr_cpus;
        if (queue_length(queue_of(cpu)) < 2)
            continue;
        struct task *t = steal(cpu, me);
        if (t != NULL) {
            sched_place(t);
            return true;
        }
    }
    return false;
}

/* How far core `cpu` is ahead of a core whose clock shows `clock`. */
static int64_t lead_of(unsigned cpu, uint64_t clock)
{
    struct sched_cpu *rq = queue_of(cpu);
    unsigned long irq = spin_lock(&rq->lock);

    sched_charge(rq);
    int64_t lead = rq_lead(rq, clock);
    spin_unlock(&rq->lock, irq);
    return lead;
}

/* The waiting task that should leave first for one of `cores`; NULL: none. Queue locked. */
static struct task *find_leaver(struct sched_cpu *rq, const struct cpumask *cores)
{
    return queue_length(rq) > 1 ? rq_find_fair(rq, cores) : NULL;
}

/* Sends a task to `cpu`, if there still is one. */
static void push_to(struct sched_cpu *rq, unsigned cpu, int64_t lead)
{
    struct cpumask core = {0};
    cpumask_set(&core, cpu);
    unsigned long irq = spin_lock(&rq->lock);
    struct task *t = find_leaver(rq, &core);

    if (t != NULL)
        sched_detach(rq, t, cpu, lead);
    spin_unlock(&rq->lock, irq);
    if (t != NULL)
        sched_place(t);
}

/* Best core of `allowed` for a task of `weight` that leaves core `me`, whose clock shows `clock`,
 * with its *lead. −1: none is good. Checks some less loaded cores, and others the next time. */
static int push_target(const struct cpumask *allowed, unsigned me, uint64_t clock, uint32_t weight,
                       int64_t *lead)
{
    struct sched_cpu *rq = queue_of(me);
    int64_t best = NO_PUSH;
    int target = -1;
    unsigned looks = 0, cpu = rq->push_last;

    for (unsigned i = 0; i < nr_cpus && looks < PUSH_LOOKS; i++) {
        cpu = (cpu + 1) % nr_cpus;
        if (!cpumask_test(allowed, cpu) || LOAD_WEIGHT(load_of(cpu)) >= LOAD_WEIGHT(load_of(me)))
            continue;
        looks++;
        int64_t ahead = lead_of(cpu, clock);
        int64_t rank =
            rq_push_rank(load_of(me), load_of(cpu), weight, rq_crowded_long(rq) ? ahead : 0);
        if (rank > best) {
            best = rank;
            target = (int)cpu;
            *lead = ahead;
        }
    }
    rq->push_last = cpu;
    return target;
}

/*
 * Never holds two queue locks: a finding under one may be stale under the next. Then a
 * task goes to a core that would not have been chosen, and the next push corrects that.
 */
void sched_push(void)
{
    unsigned me = this_cpu()->id;
    struct sched_cpu *rq = queue_of(me);
    struct cpumask others = cpumask_first_n(nr_cpus);
    cpumask_clear(&others, me);

    unsigned long irq = spin_lock(&rq->lock);
    sched_charge(rq);
    rq_note_crowd(rq, arch_clock_ticks());
    const struct task *t = find_leaver(rq, &others);
    uint64_t clock = rq_clock(rq);
    uint32_t weight = t != NULL ? t->weight : 0;
    for (unsigned i = 0; t != NULL && i < ARRAY_SIZE(others.bits); i++)
        others.bits[i] &= t->affinity.bits[i];
    spin_unlock(&rq->lock, irq);
    if (t == NULL)
        return;
    int64_t lead = 0;
    int to = push_target(&others, me, clock, weight, &lead);
    if (to >= 0)
        push_to(rq, (unsigned)to, lead);
}
