/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks and one-shot timers.
 *
 * Timers live in a per-core heap; the handler runs on the core that armed the
 * timer, in interrupt context (interrupts off, no sleeping). A core without
 * armed timers gets no timer interrupt at all.
 *
 * Lifetime: a timer is embedded in its owner, which may be freed once
 * timer_cancel_sync() has returned and nobody arms the timer any more. It suffices
 * that timer_cancel() or timer_try_cancel() returned true only if the handler does
 * not arm the timer again. docs/concurrency.md, "Timers".
 */
#ifndef HERMIT_TIMER_H
#define HERMIT_TIMER_H

#include <arch/time.h>
#include <hermit/spinlock.h>
#include <hermit/types.h>

/* Sums that do not fit are TIME_FOREVER: 2^64 ns are 584 years. */

/* The time `by` ns after `time`. */
static inline uint64_t time_after(uint64_t time, uint64_t by)
{
    uint64_t sum;
    return __builtin_add_overflow(time, by, &sum) ? TIME_FOREVER : sum;
}

/* Time from `now` to `time`, 0 if that is past. */
static inline uint64_t time_until(uint64_t time, uint64_t now)
{
    return time > now ? time - now : 0;
}

static inline uint64_t seconds_to_ns(uint64_t seconds)
{
    uint64_t ns;
    return __builtin_mul_overflow(seconds, NSEC_PER_SEC, &ns) ? TIME_FOREVER : ns;
}

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
    uint64_t programmed;       /* deadline of the event timer; may be earlier than root's */
    _Atomic unsigned puts_off; /* how often it may still be postponed or stopped, see timer.c */
    uint64_t puts_off_since;   /* when puts_off was last refilled; ns */
    _Atomic bool surplus;      /* it is set too early: another core cancelled its timer */
    _Atomic(struct timer *) running; /* its handler is running now */
};
struct cpu;
struct timer_cpu *cpu_timer(struct cpu *c); /* kernel/cpu.c */

void timer_init(struct timer *t, void (*fn)(struct timer *t));

/* Arms (or re-arms) for `deadline` (ns, monotonic) on this core. Never fails. Any context. */
void timer_arm(struct timer *t, uint64_t deadline);

/*
 * Disarms. Returns true if it was armed. If false, the handler may be running on
 * another core; timer_cancel_sync() waits for it (must not be called by the handler, or
 * under a lock that the handler takes).
 */
bool timer_cancel(struct timer *t);
void timer_cancel_sync(struct timer *t);

/*
 * Disarms and returns true, or returns false if the handler is running. If the handler may re-arm
 * the timer, other code must arm it only after this has succeeded under a lock that the handler
 * takes: so the timer is never on one core's heap while its handler runs on another.
 */
bool timer_try_cancel(struct timer *t);

/* True if the core may still postpone its event timer when a timer is cancelled. */
static inline bool timer_cpu_may_put_off(const struct timer_cpu *tc)
{
    return atomic_load_explicit(&tc->puts_off, memory_order_relaxed) != 0;
}

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
