/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which core a task goes to.
 *
 * idle_cores has a bit for each core with nothing runnable. A core's bit changes
 * under that core's queue lock; readers take it as a hint and look again under
 * the lock of the core that they choose (sched_place()).
 */
#include "sched_internal.h"
#include <hermit/atomic.h>

_Atomic uint64_t idle_cores[ARRAY_SIZE(((struct cpumask *)0)->bits)];

void idle_cores_set(unsigned cpu)
{
    atomic_fetch_or_explicit(&idle_cores[cpu / 64], 1UL << (cpu % 64), memory_order_relaxed);
}

void idle_cores_clear(unsigned cpu)
{
    atomic_fetch_and_explicit(&idle_cores[cpu / 64], ~(1UL << (cpu % 64)), memory_order_relaxed);
}

/* Cores with two or more runnable tasks: a hint, as the mask is, for those that look for work. */
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

/* First idle allowed core after `from`, cyclically; −1: none. */
static int find_idle(const struct cpumask *allowed, unsigned from)
{
    unsigned words = (nr_cpus + 63) / 64;

    if (words == 1) {
        uint64_t idle = atomic_load_explicit(&idle_cores[0], memory_order_relaxed);
        return next_bit(idle & allowed->bits[0], from);
    }
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

/* Allowed core with the fewest runnable tasks, the first one after `from`. */
static unsigned least_loaded(const struct cpumask *allowed, unsigned from)
{
    unsigned best = from, best_length = ~0U;

    for (unsigned i = 1; i <= nr_cpus; i++) {
        unsigned cpu = (from + i) % nr_cpus;
        if (cpumask_test(allowed, cpu) && queue_length(queue_of(cpu)) < best_length) {
            best = cpu;
            best_length = queue_length(queue_of(cpu));
        }
    }
    return best;
}

unsigned place_new(const struct task *t)
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

/* For a real-time task without an idle core: one whose running task it may displace. */
static unsigned place_rt(const struct task *t)
{
    unsigned from = task_cpu(t);

    for (unsigned i = 0; i < nr_cpus; i++) {
        unsigned cpu = (from + i) % nr_cpus;
        struct sched_cpu *rq = queue_of(cpu);
        /* Not the task itself: without the lock it may be ending. */
        if (cpumask_test(&t->affinity, cpu) && peek(rq->nr_rt) == 0 &&
            load_relaxed(&rq->running_rt) < t->rt_priority)
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
    struct task *t = queue_length(rq) > 1 ? rq_find_allowed(rq, me) : NULL;
    if (t != NULL)
        sched_detach(rq, t, me);
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
