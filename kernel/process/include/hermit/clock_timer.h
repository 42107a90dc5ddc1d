/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers on any clock, on top of the one-shot timers of hermit/timer.h: absolute
 * times on CLOCK_REALTIME follow the clock when it is set; timers on clocks of
 * processor time are re-armed until their clock has reached the time.
 *
 * The owner has a lock that its handler takes; all functions except init and destroy
 * are called with that lock held.
 */
#ifndef HERMIT_CLOCK_TIMER_H
#define HERMIT_CLOCK_TIMER_H

#include <arch/cpu.h>
#include <hermit/list.h>
#include <hermit/spinlock.h>
#include <hermit/timer.h>

enum clock_timer_clock {
    CLOCK_TIMER_MONOTONIC,
    CLOCK_TIMER_REALTIME,
    CLOCK_TIMER_THREAD,  /* processor time of one task */
    CLOCK_TIMER_PROCESS, /* processor time of all tasks */
};

/* A timer's setting as the application sets and reads it. */
struct timer_setting {
    uint64_t value, interval; /* ns; value 0: disarmed; interval 0: once */
};

struct clock_timer {
    struct timer timer;
    enum clock_timer_clock clock;
    struct task *task; /* CLOCK_TIMER_THREAD: with a reference held by the owner */
    uint64_t expires;  /* ns on that clock */
    /* Called when CLOCK_REALTIME was set, to arm again. Only the clock_set lock is held. */
    void (*clock_set)(struct clock_timer *t);
    struct list link; /* list of timers with clock_set; clock_set lock */
};

/* `fired` gets &t->timer and must check clock_timer_due(), as it may be called early. `clock_set`
 * NULL: never on CLOCK_REALTIME. No locks. */
void clock_timer_init(struct clock_timer *t, void (*fired)(struct timer *timer),
                      void (*clock_set)(struct clock_timer *t));
/* After this clock_set is not called any more. No locks. */
void clock_timer_destroy(struct clock_timer *t);

/* Time of its clock, ns. */
uint64_t clock_timer_now(const struct clock_timer *t);
static inline bool clock_timer_due(const struct clock_timer *t)
{
    return clock_timer_now(t) >= t->expires;
}

/* Takes the owner's lock with the handler not running and the timer disarmed, so that it may be
 * armed on this core. Returns what spin_unlock() needs. */
static inline unsigned long clock_timer_lock(struct clock_timer *t, struct spinlock *lock)
{
    for (;;) {
        unsigned long irq = spin_lock(lock);
        if (timer_try_cancel(&t->timer))
            return irq;
        spin_unlock(lock, irq);
        arch_cpu_relax();
    }
}

/* Arms for `expires`. Outside the handler: only after clock_timer_lock(). */
void clock_timer_arm(struct clock_timer *t);

/* Sets `expires` from the application's value: 0 ns from now expires at once. */
void clock_timer_set(struct clock_timer *t, enum clock_timer_clock clock, uint64_t ns,
                     bool absolute);

/* Advances `expires` by whole intervals until it is later than `now`; returns their number. */
uint64_t clock_timer_forward(struct clock_timer *t, uint64_t now, uint64_t interval);

#endif
