/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the pending signals of tasks and process: their entries and what these count against
 * RLIMIT_SIGPENDING, the order in which they are taken, and their dropping. All under signal.lock,
 * which is taken in any context and inside all locks but the run queues'. Entries are released
 * without it, since the owner of one may take its own lock.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/rlimit.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/resource.h>
#include <linux/signal.h>

#include "signal_internal.h"

#define SIGNALS_SYNCHRONOUS                                                                        \
    (SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP) | SIGBIT(SIGFPE) |        \
     SIGBIT(SIGSYS))

struct process_signals process_signals = {
    .lock = SPINLOCK_INIT("signal"), /* the rest is zero, so that it takes no room in the image */
};

void siginfo_init(struct siginfo_data *info, int sig, int code)
{
    *info = (struct siginfo_data){.signo = sig, .code = code};
    if (code <= 0) /* from a process: si_pid, si_uid 0 */
        info->fields[0] = PROCESS_ID;
}

int siginfo_to_user(void __user *user, const struct siginfo_data *info)
{
    int err = copy_to_user(user, info, sizeof(*info));
    return err != 0 ? err
                    : clear_user(user_ptr(user_addr(user) + sizeof(*info)),
                                 SIGINFO_SIZE - sizeof(*info));
}

/* Releases an entry that has left its queue; info as for signal_entry.taken. No locks held. */
static void release(struct signal_entry *e, struct siginfo_data *info)
{
    if (e->taken != NULL)
        e->taken(e, info);
    else
        kfree(e);
}

/* The lock is held. */
static bool charge_locked(bool may_exceed)
{
    unsigned *nr = &process_signals.nr_charged;
    if (!may_exceed && *nr >= rlimit_word(RLIMIT_SIGPENDING))
        return false;
    ++*nr;
    return true;
}

bool signal_charge(void)
{
    unsigned long irq = spin_lock(&process_signals.lock);
    bool ok = charge_locked(false);
    spin_unlock(&process_signals.lock, irq);
    return ok;
}

void signal_uncharge(void)
{
    unsigned long irq = spin_lock(&process_signals.lock);
    process_signals.nr_charged--;
    spin_unlock(&process_signals.lock, irq);
}

/* NULL: no memory, or too many. The lock is held. */
static struct signal_entry *entry_alloc(bool may_exceed)
{
    struct process_signals *ps = &process_signals;
    struct signal_entry *e = ps->spare;
    if (!charge_locked(may_exceed))
        return NULL;
    ps->spare = NULL;
    if (e == NULL)
        e = kmalloc(sizeof(*e));
    if (e == NULL)
        ps->nr_charged--;
    return e;
}

/* Takes an entry off its queue. The lock is held. */
static void unlink_entry(struct signal_entry *e)
{
    list_unlink(&e->link);
    if (e->taken == NULL)
        process_signals.nr_charged--;
}

/* Reads an entry that has left its queue. Returns it if release() is due, else NULL. Lock held. */
static struct signal_entry *entry_read(struct signal_entry *e, struct siginfo_data *info)
{
    *info = e->info;
    if (e->taken != NULL || process_signals.spare != NULL)
        return e;
    process_signals.spare = e;
    return NULL;
}

/* si_code of a signal without an entry: kill(2)'s if it is the process's, else tgkill(2)'s. */
static inline int plain_code(const struct signal_pending *p)
{
    return p == &process_signals.pending ? SI_USER : SI_TKILL;
}

int pending_add_entry(struct signal_pending *p, int sig, const struct siginfo_data *info)
{
    struct siginfo_data plain;
    if (info == NULL) {
        siginfo_init(&plain, sig, plain_code(p));
        info = &plain;
    }
    /* As on Linux, a standard signal not from sigqueue(3) has its information despite the limit. */
    struct signal_entry *q = entry_alloc(sig < SIGRTMIN && info->code >= 0);
    if (q != NULL) {
        q->info = *info;
        q->taken = NULL;
        pending_push(p, q);
        return 0;
    }
    if (sig >= SIGRTMIN && info->code != SI_USER && info->code != SI_KERNEL)
        return -EAGAIN;
    if (sig < SIGRTMIN || !(atomic_load_explicit(&p->set, memory_order_relaxed) & SIGBIT(sig)))
        pending_add_plain(p, sig); /* else it is lost, as on Linux: one is pending */
    return 0;
}

/* As dequeue() when there are entries, perhaps of this signal. */
static __attribute__((noinline)) struct signal_entry *dequeue_entry(struct signal_pending *p,
                                                                    int sig)
{
    bool plain = p->plain & SIGBIT(sig);
    struct signal_entry *found = NULL;
    unsigned n = plain;
    list_for_each (it, &p->queue) {
        struct signal_entry *q = list_entry(it, struct signal_entry, link);
        if (q->info.signo != sig)
            continue;
        if (n++ != 0)
            break;
        found = q;
    }
    if (plain) {
        p->plain &= ~SIGBIT(sig);
    } else if (found != NULL) {
        unlink_entry(found);
    }
    if (n <= 1)
        pending_change(p, 0, SIGBIT(sig));
    return found;
}

/* Takes one pending signal out of a set. Returns its entry, NULL: a plain one. The lock is held. */
static inline struct signal_entry *dequeue(struct signal_pending *p, int sig)
{
    if (!list_empty(&p->queue))
        return dequeue_entry(p, sig);
    p->plain &= ~SIGBIT(sig);
    pending_change(p, 0, SIGBIT(sig));
    return NULL;
}

/* Signal of the set to deliver first: faults, then by number. The set is not empty. */
static int first_of(sigset set)
{
    if (set & SIGNALS_SYNCHRONOUS)
        set &= SIGNALS_SYNCHRONOUS;
    return __builtin_ctzl(set) + 1;
}

int signal_next(sigset set, struct siginfo_data *info, struct signal_action *action)
{
    struct task_signals *ts = task_signals(current_task());
    struct process_signals *ps = &process_signals;
    struct signal_entry *q = NULL;
    int sig = 0;

    unsigned long irq = spin_lock(&ps->lock);
    struct signal_pending *p = load_relaxed(&ts->pending.set) & set ? &ts->pending : &ps->pending;
    if (load_relaxed(&p->set) & set) {
        sig = first_of(load_relaxed(&p->set) & set);
        q = dequeue(p, sig);
    }
    if (sig != 0 && action != NULL) {
        *action = ps->actions[sig - 1];
        if (action->flags & (unsigned)SA_RESETHAND && action->handler > (uintptr_t)SIG_IGN)
            ps->actions[sig - 1].handler = (uintptr_t)SIG_DFL;
    }
    if (q != NULL)
        q = entry_read(q, info);
    else if (sig != 0)
        siginfo_init(info, sig, plain_code(p));
    spin_unlock(&ps->lock, irq);
    if (q != NULL)
        release(q, info);
    return sig;
}

int signal_take(sigset set, struct siginfo_data *info)
{
    return signal_next(set, info, NULL);
}

/* Moves the entries of the signals `which` out of a set, to `rest`. The lock is held. */
static void take_out(struct signal_pending *p, sigset which, struct list *rest)
{
    for (struct list *it = p->queue.next, *next; it != &p->queue; it = next) {
        next = it->next;
        if (SIGBIT(list_entry(it, struct signal_entry, link)->info.signo) & which) {
            unlink_entry(list_entry(it, struct signal_entry, link));
            list_push_back(rest, it);
        }
    }
    p->plain &= ~which;
    pending_change(p, 0, which);
}

/* Releases a list's entries; `told`: tells their owners that they were taken. No locks held. */
static void drop_all(struct list *rest, bool told)
{
    while (!list_empty(rest)) {
        struct signal_entry *q = list_first(rest, struct signal_entry, link);
        /* The one before is off the list. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        struct siginfo_data info = q->info;
        list_unlink(&q->link); /* before its owner sends it again */
        release(q, told ? &info : NULL);
    }
}

struct discard {
    sigset which;
    struct list rest;
};

/* tasks.lock is held. */
static void discard_from(struct task *t, void *arg)
{
    struct discard *d = arg;
    unsigned long irq = spin_lock(&process_signals.lock);
    if (atomic_load_explicit(&task_signals(t)->pending.set, memory_order_relaxed) & d->which)
        take_out(&task_signals(t)->pending, d->which, &d->rest);
    spin_unlock(&process_signals.lock, irq);
}

void signal_discard(int sig)
{
    struct discard d = {.which = SIGBIT(sig), .rest = LIST_INIT(d.rest)};
    unsigned long irq = spin_lock(&process_signals.lock);
    take_out(&process_signals.pending, d.which, &d.rest);
    spin_unlock(&process_signals.lock, irq);
    task_for_each(discard_from, &d);
    drop_all(&d.rest, true);
}

void task_signals_free(struct task *t)
{
    struct list rest = LIST_INIT(rest);
    unsigned long irq = spin_lock(&process_signals.lock);
    take_out(&task_signals(t)->pending, ~0UL, &rest);
    task_signals(t)->closed = true;
    spin_unlock(&process_signals.lock, irq);
    drop_all(&rest, false);
    /*
     * The thread may be the one that was notified of the process's pending signals. The lock taken
     * before orders this after all sends that still saw it in the table.
     */
    sigset others = atomic_load_explicit(&process_signals.pending.set, memory_order_relaxed);
    if (others != 0)
        signal_tell_others(others);
}
