/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the signal*.c files. */
#ifndef SIGNAL_INTERNAL_H
#define SIGNAL_INTERNAL_H

#include <hermit/signal.h>
#include <hermit/spinlock.h>
#include <hermit/task.h>

struct process_signals {
    struct spinlock lock; /* "signal": protects all of it, and pending and queue of every task */
    struct signal_action actions[SIGNAL_MAX]; /* of signal n + 1 */
    struct signal_pending pending;
    unsigned nr_charged;        /* entries that signal.c made, and timers: RLIMIT_SIGPENDING */
    struct signal_entry *spare; /* kept for the next signal */

    /* Enters a handler; NULL until the program has installed one. Constant then. */
    void (*enter_handler)(struct trap_frame *frame, const struct signal_action *sa,
                          const struct siginfo_data *info);
};
extern struct process_signals process_signals;

enum default_action { ACTION_TERMINATE, ACTION_CORE, ACTION_IGNORE, ACTION_STOP };
enum default_action signal_default_action(int sig);

/* Like signal_take(), for the first of `set` by the order of delivery; also returns the action,
 * which SA_RESETHAND has then reset. Takes the lock. */
int signal_next(sigset set, struct siginfo_data *info, struct signal_action *action);

/* Drops the signal wherever it is pending. No locks held. */
void signal_discard(int sig);

/* Queues for the current task a signal that cannot be held back, with the default action if it is
 * blocked or ignored (or `fatal`). Takes the lock. */
SMALL void signal_force(int sig, int code, uintptr_t addr, bool fatal);

/* Signals pending for the current task, read without the lock. */
static inline sigset pending_hint(const struct task *t)
{
    return atomic_load_explicit(&t->signals.pending.set, memory_order_acquire) |
           atomic_load_explicit(&process_signals.pending.set, memory_order_acquire);
}

/* True if the application asked for the cancellation of the current task's running call. */
bool signal_cancel_requested(const struct task *t);

#endif
