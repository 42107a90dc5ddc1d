/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the pending signals of tasks and process: sending, masks, taking. All under
 * signal.lock, which is taken in any context and inside all locks but the run queues'.
 * Reads of `blocked` by other tasks and of `pending` without the lock are hints: a task
 * that changes one of them later checks the other again. docs/concurrency.md,
 * "Signals".
 */
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/console.h>
#include <hermit/kmalloc.h>
#include <hermit/process.h>
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

/* From the launcher: Ctrl-C and similar keys, and SIGWINCH. */
static void send_from_console(int sig)
{
    struct siginfo_data info;
    siginfo_init(&info, sig, SI_KERNEL);
    (void)signal_send(NULL, sig, &info); /* at worst lost, as on a full queue */
}

void signal_init(void)
{
    list_init(&process_signals.pending.queue);
    console_signal_hook = send_from_console;
}

void task_signals_init(struct task_signals *ts, const struct task_signals *parent)
{
    *ts = (struct task_signals){.altstack_flags = SS_DISABLE};
    list_init(&ts->pending.queue);
    if (parent != NULL)
        store_relaxed(&ts->blocked, load_relaxed(&parent->blocked));
}

enum default_action signal_default_action(int sig)
{
    switch (sig) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
        return ACTION_IGNORE;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return ACTION_STOP;
    case SIGQUIT:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGXCPU:
    case SIGXFSZ:
    case SIGSYS:
        return ACTION_CORE;
    default:
        return ACTION_TERMINATE;
    }
}

static bool is_ignored(int sig)
{
    uintptr_t handler = process_signals.actions[sig - 1].handler;
    if (handler != (uintptr_t)SIG_DFL)
        return handler == (uintptr_t)SIG_IGN;
    return signal_default_action(sig) == ACTION_IGNORE;
}

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

static void change_set(struct signal_pending *p, sigset set, sigset clear)
{
    sigset now = atomic_load_explicit(&p->set, memory_order_relaxed);
    atomic_store_explicit(&p->set, (now & ~clear) | set, memory_order_release);
}

/* Queues an entry and makes its signal pending. The lock is held. */
static void push(struct signal_pending *p, struct signal_entry *e)
{
    list_push_back(&p->queue, &e->link);
    change_set(p, SIGBIT(e->info.signo), 0);
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
    list_remove(&e->link);
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

/* Makes a signal pending without an entry. The lock is held. */
static inline void add_plain(struct signal_pending *p, int sig)
{
    p->plain |= SIGBIT(sig);
    change_set(p, SIGBIT(sig), 0);
}

/* si_code of a signal without an entry: kill(2)'s if it is the process's, else tgkill(2)'s. */
static inline int plain_code(const struct signal_pending *p)
{
    return p == &process_signals.pending ? SI_USER : SI_TKILL;
}

/* Adds a signal with an entry; info NULL: a plain one. The lock is held. */
static __attribute__((noinline)) int add_entry(struct signal_pending *p, int sig,
                                               const struct siginfo_data *info)
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
        push(p, q);
        return 0;
    }
    if (sig >= SIGRTMIN && info->code != SI_USER && info->code != SI_KERNEL)
        return -EAGAIN;
    if (sig < SIGRTMIN || !(atomic_load_explicit(&p->set, memory_order_relaxed) & SIGBIT(sig)))
        add_plain(p, sig); /* else it is lost, as on Linux: one is pending */
    return 0;
}

/* Adds to a pending set; info NULL: a plain one. The lock is held. */
static inline int enqueue(struct signal_pending *p, int sig, const struct siginfo_data *info)
{
    if (sig < SIGRTMIN && load_relaxed(&p->set) & SIGBIT(sig))
        return 0; /* standard signals do not queue */
    if (info != NULL || sig >= SIGRTMIN)
        return add_entry(p, sig, info);
    add_plain(p, sig);
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
        change_set(p, 0, SIGBIT(sig));
    return found;
}

/* Takes one pending signal out of a set. Returns its entry, NULL: a plain one. The lock is held. */
static inline struct signal_entry *dequeue(struct signal_pending *p, int sig)
{
    if (!list_empty(&p->queue))
        return dequeue_entry(p, sig);
    p->plain &= ~SIGBIT(sig);
    change_set(p, 0, SIGBIT(sig));
    return NULL;
}

static bool wants(const struct task *t, int sig)
{
    sigset blocked = load_relaxed(&t->signals.blocked) & ~load_relaxed(&t->signals.waiting);
    return !(blocked & SIGBIT(sig)) && load_relaxed(&t->state) != TASK_DEAD;
}

struct choice {
    int sig;
    struct task *task;
};

/* The main thread if it can take the signal, else the first that can. tasks.lock is held. */
static void choose(struct task *t, void *arg)
{
    struct choice *c = arg;
    if (wants(t, c->sig) && (c->task == NULL || t->tid == PROCESS_ID)) {
        if (c->task != NULL)
            task_put(c->task);
        add_relaxed(&t->refs, 1);
        c->task = t;
    }
}

/* Makes one task check the process's pending signals. No locks held. */
static void notify_process(int sig)
{
    struct choice c = {.sig = sig};
    task_for_each(choose, &c);
    if (c.task == NULL)
        return; /* a task that unblocks it finds it */
    task_set_work(c.task, TASK_WORK_SIGNAL);
    task_put(c.task);
}

static inline bool holds(const struct task *t, int sig)
{
    return (load_relaxed(&t->signals.blocked) | load_relaxed(&t->signals.waiting)) & SIGBIT(sig);
}

static __attribute__((noinline)) bool main_thread_holds(int sig)
{
    struct task *t = task_find(PROCESS_ID);
    bool held = t != NULL && holds(t, sig);
    if (t != NULL)
        task_put(t);
    return held;
}

/*
 * Takes the lock to send a signal. *dropped: it is ignored, and neither blocked nor waited for by
 * its task, or for the process (NULL) by the main thread.
 */
static inline unsigned long lock_to_send(const struct task *t, int sig, bool *dropped)
{
    unsigned long irq = spin_lock(&process_signals.lock);
    *dropped = false;
    if (unlikely(is_ignored(sig))) {
        spin_unlock(&process_signals.lock, irq); /* tasks.lock is taken outside it */
        *dropped = !(t != NULL ? holds(t, sig) : main_thread_holds(sig));
        irq = spin_lock(&process_signals.lock);
    }
    return irq;
}

/* Makes the task, or (NULL) one of the process, check what was queued. No locks but timers'. */
static __attribute__((noinline)) void notify_other(struct task *t, int sig)
{
    atomic_thread_fence(memory_order_seq_cst); /* pairs: signal_set_mask() */
    if (t == NULL) {
        notify_process(sig);
        return;
    }
    if (wants(t, sig))
        task_set_work(t, TASK_WORK_SIGNAL);
}

/*
 * The same, with a fast path for the current task, which choose() would choose too. Not
 * if an interrupt arrives when it is about to sleep: it has checked its work already.
 */
static inline void notify(struct task *t, int sig)
{
    chaos_point("signal_notify");
    struct task *self = current_task();
    if ((t == NULL ? self->tid == PROCESS_ID : t == self) &&
        atomic_load_explicit(&self->state, memory_order_relaxed) == TASK_RUNNING &&
        !(load_relaxed(&self->signals.blocked) & SIGBIT(sig)))
        or_relaxed(&self->work, TASK_WORK_SIGNAL); /* this core alone reads it */
    else
        notify_other(t, sig);
}

int signal_send(struct task *t, int sig, const struct siginfo_data *info)
{
    struct process_signals *ps = &process_signals;
    bool dropped;
    int err = 0;
    unsigned long irq = lock_to_send(t, sig, &dropped);
    if (t != NULL && t->signals.closed)
        dropped = true;
    if (!dropped)
        err = enqueue(t != NULL ? &t->signals.pending : &ps->pending, sig, info);
    spin_unlock(&ps->lock, irq);
    if (!dropped && err == 0)
        notify(t, sig);
    return err;
}

enum signal_entry_state signal_send_entry(struct task *t, struct signal_entry *e, bool merge)
{
    struct process_signals *ps = &process_signals;
    enum signal_entry_state state = ENTRY_QUEUED;
    struct signal_pending *p = t != NULL ? &t->signals.pending : &ps->pending;
    int sig = e->info.signo;
    bool dropped;
    unsigned long irq = lock_to_send(t, sig, &dropped);
    if (t != NULL && t->signals.closed)
        state = ENTRY_GONE;
    else if (!list_empty(&e->link))
        state = ENTRY_PENDING;
    else if (dropped || (merge && load_relaxed(&p->set) & SIGBIT(sig)))
        state = ENTRY_IGNORED;
    else
        push(p, e);
    spin_unlock(&ps->lock, irq);
    if (state == ENTRY_QUEUED)
        notify(t, sig);
    return state;
}

sigset signal_pending_set(void)
{
    return pending_hint(current_task());
}

bool signal_cancel_requested(const struct task *t)
{
    uint32_t flag;
    return t->cancel != NULL && get_user_u32_nofault(&flag, t->cancel) == 0 && flag != 0;
}

bool signal_pending(void)
{
    struct task *t = current_task();
    unsigned work =
        atomic_load_explicit(&t->work, memory_order_acquire); /* pairs: task_set_work() */
    if (work & TASK_WORK_EXIT)
        return true;
    if (work & TASK_WORK_SIGNAL && signal_pending_set() & ~(load_relaxed(&t->signals.blocked) &
                                                            ~load_relaxed(&t->signals.waiting)))
        return true;
    if (!signal_cancel_requested(t))
        return false;
    atomic_fetch_or_explicit(&t->work, TASK_WORK_SIGNAL, memory_order_relaxed); /* its own */
    return true;
}

/* Checks pending signals again after the current task's mask has changed from `before`. */
static __attribute__((noinline)) void mask_changed(struct task *t, sigset before)
{
    sigset newly_blocked = load_relaxed(&t->signals.blocked) & ~before;
    sigset for_others = load_relaxed(&process_signals.pending.set) & newly_blocked;
    if (pending_hint(t) & ~load_relaxed(&t->signals.blocked))
        task_set_work(t, TASK_WORK_SIGNAL);
    while (for_others != 0) { /* this task may be the one that was notified */
        int sig = __builtin_ctzl(for_others) + 1;
        for_others &= for_others - 1;
        notify_process(sig);
    }
}

void signal_set_mask(sigset mask)
{
    struct task *t = current_task();
    sigset before = atomic_load_explicit(&t->signals.blocked, memory_order_relaxed);
    mask &= ~SIGNALS_UNBLOCKABLE;
    if (mask == before)
        return;
    /* Full barrier before the check of the pending sets; pairs with notify_other()'s. */
    atomic_store_explicit(&t->signals.blocked, mask, memory_order_seq_cst);
    if (pending_hint(t) != 0)
        mask_changed(t, before);
}

void signal_set_call_mask(sigset mask)
{
    struct task *t = current_task();
    t->signals.saved_mask = load_relaxed(&t->signals.blocked);
    t->signals.restore_mask = true;
    signal_set_mask(mask);
    task_set_work(t, TASK_WORK_SIGNAL); /* the way out restores the old mask */
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
    struct task_signals *ts = &current_task()->signals;
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

void signal_force(int sig, int code, uintptr_t addr, bool fatal)
{
    struct task *t = current_task();
    struct process_signals *ps = &process_signals;
    struct siginfo_data info;
    siginfo_init(&info, sig, code);
    info.fields[0] = addr;

    unsigned long irq = spin_lock(&ps->lock);
    struct signal_action *action = &ps->actions[sig - 1];
    bool blocked = load_relaxed(&t->signals.blocked) & SIGBIT(sig);
    if (fatal || blocked || action->handler == (uintptr_t)SIG_IGN) {
        action->handler = (uintptr_t)SIG_DFL;
        and_relaxed(&t->signals.blocked, ~SIGBIT(sig));
    }
    (void)enqueue(&t->signals.pending, sig, &info); /* never refused: standard */
    spin_unlock(&ps->lock, irq);
    task_set_work(t, TASK_WORK_SIGNAL);
}

/* Moves entries of the signals `which` from a set to `rest`. The lock is held. */
static void take_out(struct signal_pending *p, sigset which, struct list *rest)
{
    for (struct list *it = p->queue.next, *next; it != &p->queue; it = next) {
        next = it->next;
        if (SIGBIT(list_entry(it, struct signal_entry, link)->info.signo) & which) {
            list_remove(it);
            list_push_back(rest, it);
        }
    }
    p->plain &= ~which;
    change_set(p, 0, which);
}

/* Releases a list's entries; `told`: tells their owners that they were taken. No locks held. */
static void drop_all(struct list *rest, bool told)
{
    for (;;) {
        struct siginfo_data info;
        struct signal_entry *q = NULL;
        unsigned long irq = spin_lock(&process_signals.lock); /* signal_send_entry() reads link */
        if (!list_empty(rest)) {
            q = list_first(rest, struct signal_entry, link);
            /* The one before is off the list. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
            unlink_entry(q);
            info = q->info;
        }
        spin_unlock(&process_signals.lock, irq);
        if (q == NULL)
            return;
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
    if (atomic_load_explicit(&t->signals.pending.set, memory_order_relaxed) & d->which)
        take_out(&t->signals.pending, d->which, &d->rest);
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

/* The ending thread may be the one that was notified of the process's pending signals. */
static void tell_others(void)
{
    /* The lock taken before orders this after all sends that still saw this thread in the table. */
    sigset set = atomic_load_explicit(&process_signals.pending.set, memory_order_relaxed);
    for (; set != 0; set &= set - 1)
        notify_process(__builtin_ctzl(set) + 1);
}

void task_signals_free(struct task *t)
{
    struct list rest = LIST_INIT(rest);
    unsigned long irq = spin_lock(&process_signals.lock);
    take_out(&t->signals.pending, ~0UL, &rest);
    t->signals.closed = true;
    spin_unlock(&process_signals.lock, irq);
    if (!list_empty(&rest))
        drop_all(&rest, false);
    tell_others();
}

bool signal_fatal(void)
{
    struct task *t = current_task();
    bool fatal = atomic_load_explicit(&t->work, memory_order_relaxed) & TASK_WORK_EXIT;
    unsigned long irq = spin_lock(&process_signals.lock);
    sigset set = pending_hint(t) & ~atomic_load_explicit(&t->signals.blocked, memory_order_relaxed);
    for (; set != 0 && !fatal; set &= set - 1) {
        int sig = __builtin_ctzl(set) + 1;
        enum default_action action = signal_default_action(sig);
        fatal = process_signals.actions[sig - 1].handler == (uintptr_t)SIG_DFL &&
                (action == ACTION_TERMINATE || action == ACTION_CORE);
    }
    spin_unlock(&process_signals.lock, irq);
    return fatal;
}
