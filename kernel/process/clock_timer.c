/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers on any clock; see hermit/clock_timer.h. Owns the list of those that may run on
 * CLOCK_REALTIME, under clock_set.lock, which is taken outside the owners' locks.
 * Processor time advances by at most 1 ns each ns and core, which gives the next time
 * to check; not more often than each CPU_STEP, as its owner may sleep.
 */
#include <hermit/atomic.h>
#include <hermit/clock_timer.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/task_table.h>

#define CPU_STEP 1000000UL /* ns */

static struct {
    struct spinlock lock;
    struct list timers; /* struct clock_timer.link */
} clock_set = {.lock = SPINLOCK_INIT("clock_set"), .timers = LIST_INIT(clock_set.timers)};

static void tell_timers(void)
{
    unsigned long irq = spin_lock(&clock_set.lock);

    list_for_each (it, &clock_set.timers) {
        struct clock_timer *t = list_entry(it, struct clock_timer, link);
        t->clock_set(t);
    }
    spin_unlock(&clock_set.lock, irq);
}

void clock_timer_init(struct clock_timer *t, void (*fired)(struct timer *timer),
                      void (*on_clock_set)(struct clock_timer *t))
{
    *t = (struct clock_timer){.clock_set = on_clock_set};
    timer_init(&t->timer, fired);
    list_init(&t->link);
    if (on_clock_set == NULL)
        return;
    /* Full barrier before the timer's first read of the clock; pairs with clock_set_realtime(). */
    atomic_store_explicit(&clock_set_hook, tell_timers, memory_order_seq_cst);
    unsigned long irq = spin_lock(&clock_set.lock);
    list_push_back(&clock_set.timers, &t->link);
    spin_unlock(&clock_set.lock, irq);
}

void clock_timer_destroy(struct clock_timer *t)
{
    unsigned long irq = spin_lock(&clock_set.lock);

    list_remove(&t->link);
    spin_unlock(&clock_set.lock, irq);
}

uint64_t clock_timer_now(const struct clock_timer *t)
{
    switch (t->clock) {
    case CLOCK_TIMER_REALTIME:
        return clock_realtime();
    case CLOCK_TIMER_THREAD:
        return sched_cpu_time(t->task);
    case CLOCK_TIMER_PROCESS:
        return process_cpu_time();
    default:
        return clock_monotonic();
    }
}

void clock_timer_arm(struct clock_timer *t)
{
    uint64_t now = clock_timer_now(t);
    uint64_t left = time_until(t->expires, now);

    if (t->clock == CLOCK_TIMER_THREAD && load_relaxed(&t->task->state) == TASK_DEAD)
        return; /* its clock has stopped */
    if (left != 0 && t->clock == CLOCK_TIMER_THREAD)
        left = MAX(left, CPU_STEP);
    if (left != 0 && t->clock == CLOCK_TIMER_PROCESS)
        left = MAX(left / nr_cpus, CPU_STEP);
    timer_arm(&t->timer, t->clock == CLOCK_TIMER_MONOTONIC ? t->expires
                         : t->expires == TIME_FOREVER      ? TIME_FOREVER
                                                           : time_after(clock_monotonic(), left));
}

void clock_timer_set(struct clock_timer *t, enum clock_timer_clock clock,
                     const struct timer_setting *new, bool absolute)
{
    /* A relative time does not change when the clock is set. */
    t->clock = clock == CLOCK_TIMER_REALTIME && !absolute ? CLOCK_TIMER_MONOTONIC : clock;
    t->expires = absolute ? new->value : time_after(clock_timer_now(t), new->value);
    t->interval = new->interval;
}

uint64_t clock_timer_forward(struct clock_timer *t, uint64_t now)
{
    if (now < t->expires)
        return 0;
    uint64_t n = (now - t->expires) / t->interval + 1;
    t->expires = time_after(t->expires, n * t->interval); /* at most now + interval */
    return n;
}
