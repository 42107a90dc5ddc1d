/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One-shot timers: owns every core's heap and event timer.
 *
 * timer_cpu.lock protects a core's heap. A timer's `cpu` changes only while it is
 * not armed, so that whoever finds it armed under that core's lock knows where it
 * is. Handlers run without the lock. The event timer is programmed lazily: an
 * earlier interrupt than needed finds nothing due and programs the next. How the end
 * of a timer and its handler meet is in docs/concurrency.md, "Timers".
 */
#include "timer_heap.h"
#include <arch/time.h>
#include <hermit/percpu.h>
#include <hermit/timer.h>

void timer_cpu_init(struct timer_cpu *tc)
{
    spin_init(&tc->lock, "timer_cpu");
    tc->root = NULL;
    tc->programmed = TIME_FOREVER;
    atomic_store_explicit(&tc->running, NULL, memory_order_relaxed);
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
    *t = (struct timer){.deadline = TIME_FOREVER, .fn = fn};
}

/* Locked. */
static void timer_program(struct timer_cpu *tc)
{
    uint64_t deadline = tc->root != NULL ? tc->root->deadline : TIME_FOREVER;

    if (deadline < tc->programmed) {
        tc->programmed = deadline;
        arch_timer_set(deadline);
    }
}

void timer_arm(struct timer *t, uint64_t deadline)
{
    timer_cancel(t);
    chaos_point("timer_arm");
    unsigned long off = arch_irq_save(); /* to stay on this core */
    struct cpu *c = this_cpu();
    unsigned long irq = spin_lock(&c->timer.lock);

    t->deadline = deadline;
    atomic_store_explicit(&t->cpu, c->id, memory_order_relaxed);
    atomic_store_explicit(&t->armed, true, memory_order_relaxed);
    c->timer.root = timer_heap_insert(c->timer.root, t);
    timer_program(&c->timer);
    spin_unlock(&c->timer.lock, irq);
    arch_irq_restore(off);
}

bool timer_cancel(struct timer *t)
{
    if (!atomic_load_explicit(&t->armed, memory_order_relaxed))
        return false;
    chaos_point("timer_cancel");
    struct timer_cpu *tc = &cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]->timer;
    unsigned long irq = spin_lock(&tc->lock);
    bool armed = atomic_load_explicit(&t->armed, memory_order_relaxed);

    if (armed) {
        tc->root = timer_heap_remove(tc->root, t);
        atomic_store_explicit(&t->armed, false, memory_order_relaxed);
    }
    spin_unlock(&tc->lock, irq);
    return armed;
}

bool timer_try_cancel(struct timer *t)
{
    struct timer_cpu *tc = &cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]->timer;
    unsigned long irq = spin_lock(&tc->lock);
    bool idle = atomic_load_explicit(&tc->running, memory_order_acquire) != t;

    if (idle && atomic_load_explicit(&t->armed, memory_order_relaxed)) {
        tc->root = timer_heap_remove(tc->root, t);
        atomic_store_explicit(&t->armed, false, memory_order_relaxed);
    }
    spin_unlock(&tc->lock, irq);
    return idle;
}

/* The handler may re-arm, so look again after it has ended. */
void timer_cancel_sync(struct timer *t)
{
    for (;;) {
        struct timer_cpu *tc = &cpus[atomic_load_explicit(&t->cpu, memory_order_relaxed)]->timer;
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
    struct timer_cpu *tc = &this_cpu()->timer;
    unsigned long irq = spin_lock(&tc->lock);
    struct timer *t;

    tc->programmed = TIME_FOREVER;
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
