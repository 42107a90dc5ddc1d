/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Timers that send a signal: timer_create(2) and setitimer(2). A timer has at most one signal
 * out; meanwhile a periodic timer stands still, and the missed expirations are counted when the
 * signal is taken. kernel/process/signal_timer.c has the diagram of the states.
 */
#ifndef HERMIT_SIGNAL_TIMER_H
#define HERMIT_SIGNAL_TIMER_H

#include <hermit/clock_timer.h>
#include <hermit/signal.h>

/* A signal is out from signal_send_entry() == ENTRY_QUEUED to signal_timer_taken(). */
enum signal_timer_state {
    TIMER_OFF,
    TIMER_ARMED,
    TIMER_REMOVED, /* timer_delete(2) */
    TIMER_QUIET,   /* set, and tells nobody: SIGEV_NONE */
    /* with its signal out; the first three as above */
    TIMER_SENT,
    TIMER_ARMED_SENT, /* set anew since the signal was sent */
    TIMER_REMOVED_SENT,
    TIMER_WAITING, /* periodic: goes on when its signal is taken */
};

enum signal_timer_kind {
    TIMER_SENDS,
    TIMER_MERGES,    /* does not send if the signal is pending from another sender */
    TIMER_SENDS_NOT, /* SIGEV_NONE */
};

struct signal_timer {
    struct spinlock lock; /* "signal_timer": protects the following, except constants and table */
    enum signal_timer_state state;
    struct clock_timer when;
    struct signal_entry entry;
    int64_t overrun;      /* expirations counted besides the first; −1: not even that one */
    int64_t last_overrun; /* of the signal taken last */
    int64_t missed;       /* expirations while the signal of an earlier setting was out */

    /* constant */
    enum clock_timer_clock clock;
    enum signal_timer_kind kind;
    struct task *target; /* thread with a reference; NULL: the process */

    _Atomic unsigned refs; /* table, calls in progress, signal that is out; the last one frees */
    /* of the table */
    int id;
    bool published; /* find and remove see it */
    struct list link;
};

/* A timer on `clock` (of `task`, for CLOCK_TIMER_THREAD), with one reference, not in the table yet.
 * Takes over the references of task and target. NULL: no memory, or more than RLIMIT_SIGPENDING. */
struct signal_timer *signal_timer_create(enum signal_timer_kind kind, enum clock_timer_clock clock,
                                         struct task *task, struct task *target);
void signal_timer_put(struct signal_timer *t);

/*
 * The table of timer ids. reserve: assigns an id that find does not see yet; then publish, which
 * takes a reference for the table, or cancel. find: with a reference; NULL: none. remove: as find,
 * and stops the timer and takes it out of the table.
 */
int signal_timer_reserve(struct signal_timer *t);
void signal_timer_publish(struct signal_timer *t);
void signal_timer_cancel(struct signal_timer *t);
struct signal_timer *signal_timer_find(int id);
struct signal_timer *signal_timer_remove(int id);

/* Arms, or disarms if new->value is 0. old (may be NULL): the time left before. 0; −ESRCH: the
 * thread whose time it measures has ended; −EINVAL: removed meanwhile. No locks. */
int signal_timer_set(struct signal_timer *t, const struct timer_setting *new, bool absolute,
                     struct timer_setting *old);
void signal_timer_get(struct signal_timer *t, struct timer_setting *setting);
/* As timer_getoverrun(2). */
int signal_timer_overrun(struct signal_timer *t);

/* Callbacks for timers in static memory. */
void signal_timer_fired(struct timer *timer);
void signal_timer_taken(struct signal_entry *e, struct siginfo_data *info);

#endif
