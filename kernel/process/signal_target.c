/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the choice of the task that a signal goes to: sending, ignored signals, and the wake-up of
 * one task that takes what is pending for the process. Queues under signal.lock; chooses and wakes
 * without it, as tasks.lock is taken outside it. Masks of other tasks read without the lock are
 * hints: a task that changes its mask later checks the pending sets again (signal_mask.c).
 * docs/concurrency.md, "Signals".
 */
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/console.h>
#include <hermit/task_table.h>
#include <linux/signal.h>

#include "signal_internal.h"

void (*signal_sent_hook)(void);

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

static bool is_ignored(int sig)
{
    uintptr_t handler = process_signals.actions[sig - 1].handler;
    if (handler != (uintptr_t)SIG_DFL)
        return handler == (uintptr_t)SIG_IGN;
    return signal_default_action(sig) == ACTION_IGNORE;
}

static bool wants(const struct task *t, int sig)
{
    sigset blocked =
        load_relaxed(&task_signals(t)->blocked) & ~load_relaxed(&task_signals(t)->waiting);
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

void signal_tell_others(sigset set)
{
    for (; set != 0; set &= set - 1)
        notify_process(__builtin_ctzl(set) + 1);
}

static inline bool holds(const struct task *t, int sig)
{
    return (load_relaxed(&task_signals(t)->blocked) | load_relaxed(&task_signals(t)->waiting)) &
           SIGBIT(sig);
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
    if (t == NULL)
        notify_process(sig);
    else if (wants(t, sig))
        task_set_work(t, TASK_WORK_SIGNAL);
    /* After the barrier: a signalfd that was made before it looked for the signal is told. */
    void (*sent)(void) = peek(signal_sent_hook);
    if (sent != NULL)
        sent();
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
        !(load_relaxed(&task_signals(self)->blocked) & SIGBIT(sig)))
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
    if (t != NULL && task_signals(t)->closed)
        dropped = true;
    if (!dropped)
        err = pending_add(t != NULL ? &task_signals(t)->pending : &ps->pending, sig, info);
    spin_unlock(&ps->lock, irq);
    if (!dropped && err == 0)
        notify(t, sig);
    return err;
}

enum signal_entry_state signal_send_entry(struct task *t, struct signal_entry *e, bool merge)
{
    struct process_signals *ps = &process_signals;
    enum signal_entry_state state = ENTRY_QUEUED;
    struct signal_pending *p = t != NULL ? &task_signals(t)->pending : &ps->pending;
    int sig = e->info.signo;
    bool dropped;
    unsigned long irq = lock_to_send(t, sig, &dropped);
    if (t != NULL && task_signals(t)->closed)
        state = ENTRY_GONE;
    else if (dropped || (merge && load_relaxed(&p->set) & SIGBIT(sig)))
        state = ENTRY_IGNORED;
    else
        pending_push(p, e);
    spin_unlock(&ps->lock, irq);
    if (state == ENTRY_QUEUED)
        notify(t, sig);
    return state;
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
    bool blocked = load_relaxed(&task_signals(t)->blocked) & SIGBIT(sig);
    if (fatal || blocked || action->handler == (uintptr_t)SIG_IGN) {
        action->handler = (uintptr_t)SIG_DFL;
        and_relaxed(&task_signals(t)->blocked, ~SIGBIT(sig));
    }
    (void)pending_add(&task_signals(t)->pending, sig, &info); /* never refused: standard */
    spin_unlock(&ps->lock, irq);
    task_set_work(t, TASK_WORK_SIGNAL);
}
