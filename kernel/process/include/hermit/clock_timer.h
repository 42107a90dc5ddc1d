/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all timers of the application share, on top of the one-shot timers of hermit/timer.h: a
 * clock, the next time and an interval. Absolute times on CLOCK_REALTIME follow the clock when it
 * is set; timers on clocks of processor time are armed anew until their clock has reached the time.
 *
 * The owner has a lock, which its handler takes, and under it a state that says whether the timer
 * runs. All functions except init, destroy and lock are called with that lock held. Between
 * clock_timer_lock() and clock_timer_unlock() the event is disarmed and the handler does not run.
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
    uint64_t interval; /* ns, 0: once */
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
 * armed on this core. Returns what the unlock needs. */
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

/* Releases the owner's lock, in the handler or after clock_timer_lock(); arms a timer that runs. */
static inline void clock_timer_unlock(struct clock_timer *t, struct spinlock *lock,
                                      unsigned long irq, bool runs)
{
    if (runs)
        clock_timer_arm(t);
    spin_unlock(lock, irq);
}

/* Takes time and interval from the application: 0 ns from now is due at once. */
void clock_timer_set(struct clock_timer *t, enum clock_timer_clock clock,
                     const struct timer_setting *new, bool absolute);

/* Advances `expires` by whole intervals until it is later than `now`; returns their number. The
 * timer has an interval. */
uint64_t clock_timer_forward(struct clock_timer *t, uint64_t now);

#endif
