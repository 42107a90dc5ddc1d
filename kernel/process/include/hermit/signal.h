/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals. Actions belong to the process, masks and pending sets to tasks, and
 * there is a shared pending set of the process. signal.lock (one spin lock)
 * protects all of it; docs/locking.md has its place: run-queue locks are inside it.
 *
 * Lifetime: entries of the queues belong to signal_queue.c, or to their sender (struct
 * signal_entry). A task's entries are dropped when it ends; nothing is queued for it
 * afterwards. A sender to one task has a reference of it. docs/concurrency.md,
 * "Signals".
 */
#ifndef HERMIT_SIGNAL_H
#define HERMIT_SIGNAL_H

#include <hermit/list.h>
#include <hermit/signal_frame.h>
#include <hermit/signal_pending.h>
#include <hermit/types.h>

/* Pending signals of a task or the process; signal.lock. */
struct signal_pending {
    _Atomic sigset set;
    sigset plain;      /* of `set`: from kill(2) or tgkill(2), without an entry: sender is known */
    struct list queue; /* struct signal_entry.link */
};

/* Sets are written under signal.lock; only the task itself writes `blocked`, saved_mask,
 * restore_mask and the alternate stack. */
struct task_signals {
    _Atomic sigset blocked;
    sigset saved_mask;
    bool restore_mask; /* saved_mask comes back after the call (ppoll, sigsuspend) */
    struct signal_pending pending;
    _Atomic sigset waiting; /* sigtimedwait: blocked signals that wake the task all the same */
    bool closed;            /* the task has ended: no more signals are queued */
    struct signal_altstack altstack;
};
struct task;
struct task_signals *task_signals(const struct task *t); /* kernel/task.c */

void signal_init(void);
/* For a new task, all zero; parent NULL: the first one, or idle. */
void task_signals_init(struct task_signals *ts, const struct task_signals *parent);
/* For a thread that ends and is off the task table: drops its pending signals, and wakes another
 * thread for those of the process. */
SMALL void task_signals_free(struct task *t);

/* Sends to one task, or (t NULL) to the process. info NULL: as tgkill(2), or kill(2). 0 or −EAGAIN
 * (RLIMIT_SIGPENDING, real-time signals). sig is 1..SIGNAL_MAX. Any context. */
int signal_send(struct task *t, int sig, const struct siginfo_data *info);
/*
 * A signal whose queue entry belongs to its sender, so at most one is pending (timers). From
 * signal_send_entry() == ENTRY_QUEUED until `taken` is called the entry is in use, and must neither
 * be freed nor sent again. `taken` is called once, without locks, when the signal was taken (info:
 * the taker's copy, which may be changed) or dropped with its thread (info NULL).
 */
struct signal_entry {
    struct list link;         /* signal.lock, or of who takes it out */
    struct siginfo_data info; /* constant while the entry is in use */
    /* NULL: signal_queue.c frees the entry. */
    void (*taken)(struct signal_entry *e, struct siginfo_data *info);
};

enum signal_entry_state {
    ENTRY_QUEUED,
    ENTRY_IGNORED, /* not queued: the signal is ignored, or `merge` */
    ENTRY_GONE,    /* the thread has ended */
};
/* Sends info.signo of the entry to one task, or (t NULL) to the process. `merge`: not if the signal
 * is pending from another sender (ENTRY_IGNORED). Any context. */
enum signal_entry_state signal_send_entry(struct task *t, struct signal_entry *e, bool merge);

/* Count a timer against RLIMIT_SIGPENDING as long as it exists. False: too many. */
bool signal_charge(void);
void signal_uncharge(void);

/* Copies `info`, padded with zeros to SIGINFO_SIZE, to the application. 0 or −EFAULT. */
int siginfo_to_user(void __user *user, const struct siginfo_data *info);
/* Fills info for kill/tgkill by this process, or for SI_KERNEL. */
void siginfo_init(struct siginfo_data *info, int sig, int code);

/* Sets the current task's mask; SIGKILL and SIGSTOP are silently left out. */
void signal_set_mask(sigset mask);
/* Sets the mask until the running call is over: ppoll, pselect6, rt_sigsuspend. An interrupted call
 * (−EINTR, −ERESTARTNOHAND) keeps it until the handler has been entered; other calls get the old
 * mask back before signals are delivered. */
void signal_set_call_mask(sigset mask);

/* Signals pending for the current task, blocked or not. */
sigset signal_pending_set(void);

/* Takes the next pending signal of `set` off the current task's or the process's queue. Its number;
 * 0: none. */
int signal_take(sigset set, struct siginfo_data *info);

/* Called, in any context, when a signal is pending that its target may not take at once. NULL:
 * nobody asks (see signalfd.c). */
extern void (*signal_sent_hook)(void);

/* Replaces (set not NULL) and reports (old not NULL) the action. sig is 1..SIGNAL_MAX, not SIGKILL
 * or SIGSTOP when set. The only way to install a handler: programs without it do not link the code
 * that runs handlers. */
void signal_set_action(int sig, const struct signal_action *set, struct signal_action *old);

#endif
