/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and one-shot timers.
 *
 * Timers live in a per-core heap; the handler runs on the core that armed the
 * timer, in interrupt context (interrupts off, no sleeping). A core without
 * armed timers gets no timer interrupt at all.
 *
 * Lifetime: a timer is part of what owns it, which may be freed once
 * timer_cancel_sync() has returned and nobody arms it any more. timer_cancel() or
 * timer_try_cancel() returning true is enough only if the handler does not arm the
 * timer again. docs/concurrency.md, "Timers".
 */
#ifndef HERMIT_TIMER_H
#define HERMIT_TIMER_H

#include <arch/time.h>
#include <hermit/spinlock.h>
#include <hermit/types.h>

#define TIME_FOREVER UINT64_MAX

struct timer {
    uint64_t deadline;           /* CLOCK_MONOTONIC, ns */
    void (*fn)(struct timer *t); /* may re-arm */
    _Atomic unsigned cpu;        /* core whose heap holds it, or held it last */
    _Atomic bool armed;
    struct timer *child, *next; /* pairing heap: first child, next sibling */
    struct timer *prev;         /* previous sibling, or the parent of a first child */
};

struct timer_cpu {
    struct spinlock lock;      /* protects the rest; taken inside run-queue locks, takes none */
    struct timer *root;        /* earliest armed timer */
    uint64_t programmed;       /* what the event timer stands at; may be earlier than root's */
    _Atomic unsigned puts_off; /* times that it may yet be put off or stopped, see timer.c */
    uint64_t puts_off_since;   /* when that was the most; ns */
    _Atomic bool surplus;      /* a timer cancelled by another core left it standing too early */
    _Atomic(struct timer *) running; /* its handler is running now */
};
struct cpu;
struct timer_cpu *cpu_timer(struct cpu *c); /* kernel/cpu.c */

void timer_init(struct timer *t, void (*fn)(struct timer *t));

/* Arms (or re-arms) for `deadline` (ns, monotonic) on this core. Never fails. Any context. */
void timer_arm(struct timer *t, uint64_t deadline);

/*
 * Disarms. Returns true if it was armed. When false the handler may be running on
 * another core; timer_cancel_sync() waits for that (not from the handler, not
 * under a lock that the handler takes).
 */
bool timer_cancel(struct timer *t);
void timer_cancel_sync(struct timer *t);

/*
 * Disarms unless the handler is running: false then. A timer whose handler may re-arm it is armed
 * from elsewhere only after this has succeeded under a lock that the handler takes; so it is never
 * on one core's heap while its handler runs on another.
 */
bool timer_try_cancel(struct timer *t);

/* Whether a cancelled timer of the core would still cost it an interrupt. */
static inline bool timer_cpu_may_put_off(const struct timer_cpu *tc)
{
    return atomic_load_explicit(&tc->puts_off, memory_order_relaxed) != 0;
}

/* In any interrupt that another core sent: puts the event timer off if what it stood for is
 * gone. */
void timer_settle(void);

/* Called from the timer interrupt: runs what is due and programs the next. */
void timer_interrupt(void);

/* ns since boot; monotonic across cores. A leaf: no locks. */
static inline uint64_t clock_monotonic(void)
{
    return arch_clock_read();
}
/* ns since 1970. */
uint64_t clock_realtime(void);
/* Sets CLOCK_REALTIME by an offset to the monotonic clock. */
void clock_set_realtime(uint64_t ns);
/* Called after every change of CLOCK_REALTIME when not NULL. */
extern void (*_Atomic clock_set_hook)(void);

SMALL void time_init(void);
void timer_cpu_init(struct timer_cpu *tc);

#endif
