/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One-shot timers: owns every core's heap and event timer.
 *
 * timer_cpu.lock protects a core's heap. A timer's `cpu` changes only while it is not
 * armed, so code that finds it armed under that core's lock knows which heap has it.
 * Handlers run without the lock. How cancelling a timer and running its handler are
 * ordered: docs/concurrency.md, "Timers".
 *
 * The event timer is set to the earliest timer, or earlier: an interrupt that finds
 * nothing due programs the next. When the earliest is cancelled, the event timer is put
 * off, so that no core is interrupted for nothing. Threads that hand each other work
 * arm and cancel at each turn, so the number of times it is put off is limited in each
 * span of time: they seldom pay for it, and get an interrupt at the end of the span.
 */
#include "timer_heap.h"
#include <arch/time.h>
#include <hermit/chaos.h>
#include <hermit/entry.h>
#include <hermit/percpu.h>
#include <hermit/timer.h>

#define PUTS_OFF      16        /* in each … */
#define PUTS_OFF_SPAN 3000000UL /* … ns */

void timer_cpu_init(struct timer_cpu *tc)
{
    spin_init(&tc->lock, "timer_cpu");
    tc->root = NULL;
    tc->programmed = TIME_FOREVER;
    atomic_store_explicit(&tc->puts_off, PUTS_OFF, memory_order_relaxed);
    tc->puts_off_since = 0;
    atomic_store_explicit(&tc->surplus, false, memory_order_relaxed);
    atomic_store_explicit(&tc->running, NULL, memory_order_relaxed);
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
    *t = (struct timer){.deadline = TIME_FOREVER, .fn = fn};
}

/* Locked. */
static inline uint64_t earliest(const struct timer_cpu *tc)
{
    return tc->root != NULL ? tc->root->deadline : TIME_FOREVER;
}

/* Locked. */
static void timer_program(struct timer_cpu *tc)
{
    uint64_t deadline = earliest(tc);

    if (deadline >= tc->programmed)
        return;
    uint64_t now = clock_monotonic();
    if (now - tc->puts_off_since > PUTS_OFF_SPAN) {
        tc->puts_off_since = now;
        atomic_store_explicit(&tc->puts_off, PUTS_OFF, memory_order_relaxed);
    }
    tc->programmed = deadline;
    arch_timer_set(deadline);
}

/*
 * After timers were taken out: puts the event timer off to the earliest that is left,
 * or stops it, if this is its core. Locked. Out of line: usually not allowed.
 */
__attribute__((noinline)) static void timer_put_off(struct timer_cpu *tc)
{
    unsigned left = atomic_load_explicit(&tc->puts_off, memory_order_relaxed);

    if (left == 0 || earliest(tc) <= tc->programmed)
        return;
    if (tc != cpu_timer(this_cpu())) {
        /* relaxed: an interrupt to the core for this is sent after the unlock */
        atomic_store_explicit(&tc->surplus, true, memory_order_relaxed);
        return;
    }
    atomic_store_explicit(&tc->puts_off, left - 1, memory_order_relaxed);
    tc->programmed = earliest(tc);
    arch_timer_set(tc->programmed);
}

/* Takes an armed timer out of its heap. Locked. */
__attribute__((noinline)) static void take_out(struct timer_cpu *tc, struct timer *t)
{
    tc->root = timer_heap_remove(tc->root, t);
    atomic_store_explicit(&t->armed, false, memory_order_relaxed);
    if (unlikely(timer_cpu_may_put_off(tc)))
        timer_put_off(tc);
}

void timer_settle(void)
{
    struct timer_cpu *tc = cpu_timer(this_cpu());

    if (likely(!atomic_load_explicit(&tc->surplus, memory_order_relaxed)))
        return;
    unsigned long irq = spin_lock(&tc->lock);
    atomic_store_explicit(&tc->surplus, false, memory_order_relaxed);
    timer_put_off(tc);
    spin_unlock(&tc->lock, irq);
}

/* Removes a timer from the heap that holds it; the event timer is programmed soon anyway. */
static void timer_take_back(struct timer *t)
{
    struct timer_cpu *tc = cpu_timer(cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]);
    unsigned long irq = spin_lock(&tc->lock);

    if (atomic_load_explicit(&t->armed, memory_order_relaxed)) {
        tc->root = timer_heap_remove(tc->root, t);
        atomic_store_explicit(&t->armed, false, memory_order_relaxed);
    }
    spin_unlock(&tc->lock, irq);
}

void timer_arm(struct timer *t, uint64_t deadline)
{
    if (atomic_load_explicit(&t->armed, memory_order_relaxed))
        timer_take_back(t);
    chaos_point("timer_arm");
    unsigned long off = arch_irq_save(); /* to stay on this core */
    struct cpu *c = this_cpu();
    struct timer_cpu *tc = cpu_timer(c);
    unsigned long irq = spin_lock(&tc->lock);

    t->deadline = deadline;
    atomic_store_explicit(&t->cpu, c->id, memory_order_relaxed);
    atomic_store_explicit(&t->armed, true, memory_order_relaxed);
    tc->root = timer_heap_insert(tc->root, t);
    timer_program(tc);
    spin_unlock(&tc->lock, irq);
    arch_irq_restore(off);
}

bool timer_cancel(struct timer *t)
{
    if (!atomic_load_explicit(&t->armed, memory_order_relaxed))
        return false;
    chaos_point("timer_cancel");
    struct timer_cpu *tc = cpu_timer(cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]);
    unsigned long irq = spin_lock(&tc->lock);
    bool armed = atomic_load_explicit(&t->armed, memory_order_relaxed);

    if (armed)
        take_out(tc, t);
    spin_unlock(&tc->lock, irq);
    return armed;
}

bool timer_try_cancel(struct timer *t)
{
    struct timer_cpu *tc = cpu_timer(cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]);
    unsigned long irq = spin_lock(&tc->lock);
    bool idle = atomic_load_explicit(&tc->running, memory_order_acquire) != t;

    if (idle && atomic_load_explicit(&t->armed, memory_order_relaxed))
        take_out(tc, t);
    spin_unlock(&tc->lock, irq);
    return idle;
}

/* The handler may re-arm, so check again after it has ended. */
void timer_cancel_sync(struct timer *t)
{
    for (;;) {
        struct timer_cpu *tc = cpu_timer(cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]);
        timer_cancel(t);
        chaos_point("timer_cancel_sync");
        unsigned long irq = spin_lock(&tc->lock); /* `running` is set under it */
        bool busy = atomic_load_explicit(&tc->running, memory_order_acquire) == t;
        bool armed = atomic_load_explicit(&t->armed, memory_order_relaxed);
        spin_unlock(&tc->lock, irq);
        if (!busy && !armed)
            return;
        arch_cpu_relax();
    }
}

/* Takes the first timer that is due; NULL: none. Locked. */
static struct timer *timer_take_due(struct timer_cpu *tc, uint64_t now)
{
    struct timer *t = tc->root;

    if (t == NULL || t->deadline > now)
        return NULL;
    tc->root = timer_heap_remove(t, t);
    atomic_store_explicit(&t->armed, false, memory_order_relaxed);
    atomic_store_explicit(&tc->running, t, memory_order_relaxed);
    return t;
}

void timer_interrupt(void)
{
    struct timer_cpu *tc = cpu_timer(this_cpu());
    unsigned long irq = spin_lock(&tc->lock);
    struct timer *t;

    tc->programmed = TIME_FOREVER;
    atomic_store_explicit(&tc->surplus, false, memory_order_relaxed);
    while ((t = timer_take_due(tc, clock_monotonic())) != NULL) {
        spin_unlock(&tc->lock, irq);
        chaos_point("timer_expires");
        t->fn(t);
        chaos_point("timer_expired");
        irq = spin_lock(&tc->lock);
        atomic_store_explicit(&tc->running, NULL, memory_order_release);
    }
    timer_program(tc);
    spin_unlock(&tc->lock, irq);
}
