/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of signals share: signal_queue.c (what is pending), signal_target.c (who takes
 * it), signal_mask.c (who holds it back), signal_work.c and signal_action.c (what then happens).
 */
#ifndef SIGNAL_INTERNAL_H
#define SIGNAL_INTERNAL_H

#include <hermit/signal.h>
#include <hermit/spinlock.h>
#include <hermit/task.h>
#include <linux/signal.h>

struct process_signals {
    struct spinlock lock; /* "signal": protects all of it, and pending and queue of every task */
    struct signal_action actions[SIGNAL_MAX]; /* of signal n + 1 */
    struct signal_pending pending;
    unsigned nr_charged;        /* entries without an owner, and timers: RLIMIT_SIGPENDING */
    struct signal_entry *spare; /* kept for the next signal */

    /* Enters a handler; NULL until the program has installed one. Constant then. */
    void (*enter_handler)(struct trap_frame *frame, const struct signal_action *sa,
                          const struct siginfo_data *info);
};
extern struct process_signals process_signals;

enum default_action { ACTION_TERMINATE, ACTION_CORE, ACTION_IGNORE, ACTION_STOP };
enum default_action signal_default_action(int sig);

/* Like signal_take(), for the first of `set` by the order of delivery; also returns the action,
 * which SA_RESETHAND has then reset. Takes the lock. Never inlined: `hermit run --trace` stops here
 * to show signals, by this name and these arguments. */
__attribute__((noinline)) int signal_next(sigset set, struct siginfo_data *info,
                                          struct signal_action *action);

/* Drops the signal wherever it is pending. No locks held. */
void signal_discard(int sig);

/* Queues for the current task a signal that cannot be held back, with the default action if it is
 * blocked or ignored (or `fatal`). Takes the lock. */
SMALL void signal_force(int sig, int code, uintptr_t addr, bool fatal);

/* Changes a pending set. The lock is held. */
static inline void pending_change(struct signal_pending *p, sigset set, sigset clear)
{
    sigset now = atomic_load_explicit(&p->set, memory_order_relaxed);
    atomic_store_explicit(&p->set, (now & ~clear) | set, memory_order_release);
}

/* Queues an entry and makes its signal pending. The lock is held. */
static inline void pending_push(struct signal_pending *p, struct signal_entry *e)
{
    list_push_back(&p->queue, &e->link);
    pending_change(p, SIGBIT(e->info.signo), 0);
}

/* Makes a signal pending without an entry. The lock is held. */
static inline void pending_add_plain(struct signal_pending *p, int sig)
{
    p->plain |= SIGBIT(sig);
    pending_change(p, SIGBIT(sig), 0);
}

/* As pending_add() for a signal with an entry. 0 or −EAGAIN. The lock is held. */
int pending_add_entry(struct signal_pending *p, int sig, const struct siginfo_data *info);

/* Adds to a pending set; info NULL: a plain one. 0 or −EAGAIN. The lock is held. */
static inline int pending_add(struct signal_pending *p, int sig, const struct siginfo_data *info)
{
    if (sig < SIGRTMIN && load_relaxed(&p->set) & SIGBIT(sig))
        return 0; /* standard signals do not queue */
    if (info != NULL || sig >= SIGRTMIN)
        return pending_add_entry(p, sig, info);
    pending_add_plain(p, sig);
    return 0;
}

/* Makes, for each signal of the set, a task that takes it check what is pending for the process.
 * No locks held. */
void signal_tell_others(sigset set);

/* Signals pending for the current task, read without the lock. */
static inline sigset pending_hint(const struct task *t)
{
    return atomic_load_explicit(&task_signals(t)->pending.set, memory_order_acquire) |
           atomic_load_explicit(&process_signals.pending.set, memory_order_acquire);
}

#endif
