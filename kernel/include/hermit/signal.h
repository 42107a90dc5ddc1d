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

#include <arch/frame.h>
#include <hermit/list.h>
#include <hermit/types.h>

/* Kernel-internal results of an interrupted call; never reach the application. Linux's values. */
#define ERESTARTSYS           512 /* restart if SA_RESTART or no handler */
#define ERESTARTNOINTR        513 /* always restart */
#define ERESTARTNOHAND        514 /* restart only if no handler ran */
#define ERESTART_RESTARTBLOCK 516 /* call task->restart.fn if no handler ran */

#define SIGNAL_MAX 64
typedef uint64_t sigset; /* bit n-1: signal n */
#define SIGBIT(n)           (1UL << ((n) - 1))
#define SIGNALS_UNBLOCKABLE (SIGBIT(9) | SIGBIT(19)) /* SIGKILL, SIGSTOP */

/* The used part of siginfo_t, in the layout of the ABI; the rest of SIGINFO_SIZE bytes is zero. */
struct siginfo_data {
    int32_t signo, err, code, pad;
    uint64_t fields[4]; /* union: si_pid/si_uid/si_value, si_addr, … */
};
#define SIGINFO_SIZE 128

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
    uintptr_t altstack_sp;
    size_t altstack_size;
    int altstack_flags;
};

struct task;

void signal_init(void);
void task_signals_init(struct task_signals *ts, const struct task_signals *parent);
/* For a thread that ends and is off the task table: drops its pending signals, and wakes another
 * thread for those of the process. */
SMALL void task_signals_free(struct task *t);

/* Sends to one task, or (t NULL) to the process. info NULL: as tgkill(2), or kill(2). 0 or −EAGAIN
 * (RLIMIT_SIGPENDING, real-time signals). sig is 1..SIGNAL_MAX. Any context. */
int signal_send(struct task *t, int sig, const struct siginfo_data *info);
/*
 * A signal whose queue entry belongs to its sender, so at most one is pending (timers). The
 * sender keeps the entry from signal_send_entry() == ENTRY_QUEUED until `taken` was called.
 * `taken` is called without locks when the signal was taken (info: the taker's copy, which may be
 * changed) or dropped with its thread (info NULL); then the entry may be sent again.
 */
struct signal_entry {
    struct list link;         /* signal.lock; empty: not pending */
    struct siginfo_data info; /* constant while it is pending */
    /* NULL: signal_queue.c frees the entry. */
    void (*taken)(struct signal_entry *e, struct siginfo_data *info);
};

enum signal_entry_state {
    ENTRY_QUEUED,
    ENTRY_PENDING, /* it was pending already */
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

/* A fault of the application: delivers the signal to the current task; ends the process with a
 * report if the signal is blocked, ignored or has the default action. */
void signal_fault(struct trap_frame *frame, int sig, int code, uintptr_t addr);

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

/* True if an interruptible sleep of the current task must not begin or must end: unblocked signal
 * pending, process ending, or a cancellation request (see __hermit_set_cancel). Exit work is then
 * set; only then may the call return −ERESTARTSYS or another restart code. May be called under spin
 * locks. */
bool signal_pending(void);

/* True if the process is ending, or a signal pending for the current task will end it. Takes the
 * signal lock: only for slow paths, see cond_resched(). */
bool signal_fatal(void);

/*
 * Exit work of the current task, on the way back to application code with
 * interrupts on: delivers signals (building the handler's frame on the
 * application's stack), restarts interrupted calls, reschedules, parks a task
 * whose process ends. `frame` is the whole context to return to.
 */
void task_exit_work(struct trap_frame *frame);

/* Action of a signal; belongs to the process. handler: SIG_DFL 0, SIG_IGN 1, or an address. */
struct signal_action {
    uintptr_t handler;
    uint64_t flags; /* SA_* */
    uintptr_t restorer;
    sigset mask;
};

/* Replaces (set not NULL) and reports (old not NULL) the action. sig is 1..SIGNAL_MAX, not SIGKILL
 * or SIGSTOP when set. The only way to install a handler: programs without it do not link the code
 * that runs handlers. */
void signal_set_action(int sig, const struct signal_action *set, struct signal_action *old);

/* The alternate stack as sigaltstack(2) sees it from stack pointer sp. */
bool signal_on_altstack(uintptr_t sp);
int signal_set_altstack(uintptr_t base, size_t size, int flags, uintptr_t sp);

/* kernel/lib/crash.c: reports on stderr and through the launcher what ended the program. Returns
 * only to the first caller. */
void crash_report(const struct trap_frame *frame, int sig, const struct siginfo_data *info);

/* Architecture part: builds the signal frame (rt_sigframe as on Linux: siginfo, ucontext, XSAVE
 * area), points `frame` at the handler. 0 or −EFAULT (then SIGSEGV is forced), −ENOMEM. */
int arch_signal_frame_build(struct trap_frame *frame, const struct signal_action *sa,
                            const struct siginfo_data *info, sigset mask);
/* Restores `frame` from the ucontext at `sp` and stores its mask. 0, or −EFAULT, −ENOMEM: the
 * program cannot continue. */
int arch_signal_frame_restore(struct trap_frame *frame, uintptr_t sp, sigset *mask);

#endif
