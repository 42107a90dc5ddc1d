/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals. Actions belong to the process, masks and pending sets to tasks, and
 * there is a shared pending set of the process. signal.lock (one spin lock)
 * protects all of it; it is taken inside everything but run-queue locks.
 *
 * Lifetime: entries of the queues belong to signal.c, or to their sender (struct
 * signal_entry); a task's are dropped when it ends, and nothing is queued for it from
 * then on. A sender to one task has a reference of it. docs/concurrency.md, "Signals".
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

/* The part of siginfo_t that means something, in the layout of the ABI; the rest of SIGINFO_SIZE
 * bytes is zero. */
struct siginfo_data {
    int32_t signo, err, code, pad;
    uint64_t fields[4]; /* union: si_pid/si_uid/si_value, si_addr, … */
};
#define SIGINFO_SIZE 128

/* What is pending for a task or the process; signal.lock. */
struct signal_pending {
    _Atomic sigset set;
    sigset plain;      /* of set: from kill(2) or tgkill(2); no entry, as there is one process */
    struct list queue; /* struct signal_entry.link */
};

/* Sets are written under signal.lock, `blocked` and what follows it by the task itself only. */
struct task_signals {
    _Atomic sigset blocked;
    sigset saved_mask;
    bool restore_mask; /* saved_mask comes back after the call (ppoll, sigsuspend) */
    struct signal_pending pending;
    _Atomic sigset waiting; /* sigtimedwait: these wake the task although they are blocked */
    bool closed;            /* the task has ended: nothing is queued any more */
    uintptr_t altstack_sp;
    size_t altstack_size;
    int altstack_flags;
};

struct task;

void signal_init(void);
void task_signals_init(struct task_signals *ts, const struct task_signals *parent);
/* The thread ends, and is off the table: its pending signals go, the process's find another. */
SMALL void task_signals_free(struct task *t);

/* Sends to one task, or (task NULL) to the process. info NULL: as tgkill(2), or kill(2), does. 0
 * or −EAGAIN (RLIMIT_SIGPENDING, real-time signals). sig is 1..SIGNAL_MAX. Any context. */
int signal_send(struct task *t, int sig, const struct siginfo_data *info);
/*
 * A signal whose queue entry is its sender's own, so that there is at most one pending (timers).
 * The sender keeps it from signal_send_entry() == ENTRY_QUEUED until `taken` was called.
 * `taken` is called without locks when the signal was taken (info: the taker's copy, which may be
 * amended) or dropped with its thread (info NULL); from then on the entry may be sent again.
 */
struct signal_entry {
    struct list link;         /* signal.lock; empty: not pending */
    struct siginfo_data info; /* constant while it is pending */
    void (*taken)(struct signal_entry *e, struct siginfo_data *info); /* NULL: signal.c frees it */
};

enum signal_entry_state {
    ENTRY_QUEUED,
    ENTRY_PENDING, /* it was pending already */
    ENTRY_IGNORED, /* not queued: nobody would see it */
    ENTRY_GONE,    /* the thread has ended */
};
/* Sends info.signo of the entry to one task, or (task NULL) to the process. `merge`: not if the
 * signal is pending from elsewhere (ENTRY_IGNORED). Any context. */
enum signal_entry_state signal_send_entry(struct task *t, struct signal_entry *e, bool merge);

/* A timer counts against RLIMIT_SIGPENDING as long as it exists. False: there are too many. */
bool signal_charge(void);
void signal_uncharge(void);

/* To the application, with what is zero. 0 or −EFAULT. */
int siginfo_to_user(void __user *user, const struct siginfo_data *info);
/* Fills info for kill/tgkill by this process, or for SI_KERNEL. */
void siginfo_init(struct siginfo_data *info, int sig, int code);

/* A fault of the application: delivers to the current task; ends the process with a report when it
 * is blocked or ignored or has the default action. */
void signal_fault(struct trap_frame *frame, int sig, int code, uintptr_t addr);

/* The current task's mask; SIGKILL and SIGSTOP are left out of it silently. */
void signal_set_mask(sigset mask);
/* Another mask until the running call is over: ppoll, pselect6, rt_sigsuspend. An interrupted call
 * (−EINTR, −ERESTARTNOHAND) keeps it until the handler has been entered; any other gets the old
 * mask back before signals are looked at. */
void signal_set_call_mask(sigset mask);

/* What is pending for the current task, blocked or not. */
sigset signal_pending_set(void);

/* Takes the next pending signal of `set` off the current task's and the process's queues.
 * 0: none. */
int signal_take(sigset set, struct siginfo_data *info);

/* True if an interruptible sleep of the current task must not begin or must end: unblocked signal
 * pending, process ending, or a cancellation request (see __hermit_set_cancel). There is work for
 * the way out then, so that the call may return -ERESTARTSYS and its kin: only then. May be called
 * under spin locks. */
bool signal_pending(void);

/* True if the process is ending, or a signal will end it that is pending for the current task.
 * Takes the signal lock: a slow path's question, see cond_resched(). */
bool signal_fatal(void);

/*
 * Exit work of the current task, on the way back to application code with
 * interrupts on: delivers signals (building the handler's frame on the
 * application's stack), restarts interrupted calls, reschedules, parks a task
 * whose process ends. `frame` is the whole context to return to.
 */
void task_exit_work(struct trap_frame *frame);

/* What a signal does; belongs to the process. handler: SIG_DFL 0, SIG_IGN 1, or an address. */
struct signal_action {
    uintptr_t handler;
    uint64_t flags; /* SA_* */
    uintptr_t restorer;
    sigset mask;
};

/* Replaces (set not NULL) and reports (old not NULL) the action. sig is 1..SIGNAL_MAX, not SIGKILL
 * or SIGSTOP when set. The only way to install a handler, and what links the code that runs one. */
void signal_set_action(int sig, const struct signal_action *set, struct signal_action *old);

/* The alternate stack as sigaltstack(2) sees it from stack pointer sp. */
bool signal_on_altstack(uintptr_t sp);
int signal_set_altstack(uintptr_t base, size_t size, int flags, uintptr_t sp);

/* kernel/lib/crash.c: says on stderr and through the launcher what ended the program. Only the
 * first caller comes back. */
void crash_report(const struct trap_frame *frame, int sig, const struct siginfo_data *info);

/* Architecture part: builds the signal frame (rt_sigframe as on Linux: siginfo, ucontext, XSAVE
 * area), points `frame` at the handler. 0 or −EFAULT (then SIGSEGV is forced), −ENOMEM. */
int arch_signal_frame_build(struct trap_frame *frame, const struct signal_action *sa,
                            const struct siginfo_data *info, sigset mask);
/* Undoes it from the ucontext at `sp`; gives back the mask. 0, or −EFAULT, −ENOMEM: the program is
 * beyond repair. */
int arch_signal_frame_restore(struct trap_frame *frame, uintptr_t sp, sigset *mask);

#endif
