/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleeping: wait queues, and the timed sleep that they use.
 *
 * A queue's lock protects its list of waiters. A waiter lives on the stack of its
 * task and stays on the list until wait_end(), so wakers use it under the lock
 * only. No wake-up is lost: the sleeper marks itself first (full barrier), then
 * looks at its condition; a waker changes the condition first, then looks at the
 * mark under the run-queue lock. docs/concurrency.md, "Sleep and wake-up".
 */
#include "sched_internal.h"
#include <hermit/atomic.h>
#include <hermit/panic.h>
#include <hermit/signal_pending.h>
#include <hermit/wait.h>
#include <linux/errno.h>

/* Interrupt context, on the core that armed it. */
static void sleep_expired(struct timer *timer)
{
    struct task_sleep *sleep = container_of(timer, struct task_sleep, timer);

    atomic_store_explicit(&sleep->timed_out, true, memory_order_relaxed);
    task_wake(task_of_sleep(sleep));
}

void wait_task_init(struct task *t)
{
    timer_init(&task_sleep(t)->timer, sleep_expired);
}

/* The current task may have a signal, or be cancelled: that ends its sleep. */
__attribute__((noinline)) static bool ended_by_signal(unsigned flags)
{
    return flags & WAIT_INTERRUPTIBLE ? signal_pending()
                                      : flags & WAIT_KILLABLE && signal_gives_up();
}

static inline bool interrupted(const struct task *t)
{
    /* After the mark of sleep_prepare(): pairs with task_set_work(). */
    unsigned work = load_relaxed(&t->work);

    return (work & (TASK_WORK_SIGNAL | TASK_WORK_EXIT) || t->cancel != NULL) &&
           ended_by_signal(task_sleep(t)->ended_by);
}

/* 0 or −ETIMEDOUT. */
__attribute__((noinline)) static int sleep_timed(struct task_sleep *sleep, uint64_t deadline)
{
    if (deadline <= clock_monotonic()) {
        task_set_state(TASK_RUNNING);
        return -ETIMEDOUT;
    }
    atomic_store_explicit(&sleep->timed_out, false, memory_order_relaxed);
    timer_arm(&sleep->timer, deadline);
    chaos_point("sleep_armed");
    schedule();
    if (!timer_cancel(&sleep->timer))
        timer_cancel_sync(&sleep->timer); /* the handler uses the task */
    return atomic_load_explicit(&sleep->timed_out, memory_order_relaxed) ? -ETIMEDOUT : 0;
}

int wait_sleep(uint64_t deadline)
{
    struct task *t = current_task();

    might_sleep();
    if (unlikely(interrupted(t))) {
        task_set_state(TASK_RUNNING);
        return -EINTR;
    }
    if (likely(deadline == TIME_FOREVER)) {
        schedule();
    } else {
        int err = sleep_timed(task_sleep(t), deadline);
        if (err != 0)
            return err;
    }
    return interrupted(t) ? -EINTR : 0;
}

void sleep_prepare(unsigned flags)
{
    task_sleep(current_task())->ended_by = (uint8_t)flags;
    task_set_state(flags != 0 ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE);
}

int sleep_until(uint64_t deadline, unsigned flags)
{
    uint64_t before = current_task()->nr_switches;
    int err;

    do {
        sleep_prepare(flags);
        err = wait_sleep(deadline);
    } while (err == 0);
    if (err == -ETIMEDOUT &&
        current_task()->nr_switches == before) /* the deadline had passed: counts as a sleep */
        sched_count_sleep();
    return err;
}

void wait_queue_init(struct wait_queue *wq)
{
    spin_init(&wq->lock, "wait_queue");
    list_init(&wq->waiters);
}

void wait_begin(struct wait_queue *wq, struct waiter *w, unsigned flags)
{
    w->task = current_task();
    w->notify = NULL;
    w->exclusive = flags & WAIT_EXCLUSIVE ? ~0U : 0;
    unsigned long irq = spin_lock(&wq->lock);
    list_push_back_watched(&wq->waiters, &w->link);
    spin_unlock(&wq->lock, irq);
    chaos_point("wait_joined");
    sleep_prepare(flags & (WAIT_INTERRUPTIBLE | WAIT_KILLABLE));
    chaos_point("wait_marked");
}

void wait_join(struct wait_queue *wq, struct waiter *w)
{
    unsigned long irq = spin_lock(&wq->lock);

    list_push_back_watched(&wq->waiters, &w->link);
    spin_unlock(&wq->lock, irq);
    atomic_thread_fence(memory_order_seq_cst); /* pairs: has_waiters() */
}

void wait_leave(struct wait_queue *wq, struct waiter *w)
{
    unsigned long irq = spin_lock(&wq->lock);

    list_remove_watched(&w->link);
    spin_unlock(&wq->lock, irq);
}

void wait_end(struct wait_queue *wq, struct waiter *w)
{
    unsigned long irq = spin_lock(&wq->lock);

    list_remove_watched(&w->link);
    spin_unlock(&wq->lock, irq);
    task_set_state(TASK_RUNNING);
}

/*
 * Reads without the lock. The fence orders the waker's change of the condition before
 * this read; a waiter has a full barrier between joining the list and checking the
 * condition (sleep_prepare()). At least one of the two sees the other.
 */
static bool has_waiters(const struct wait_queue *wq)
{
    atomic_thread_fence(memory_order_seq_cst);
    return !list_looks_empty(&wq->waiters);
}

/* Out of line: most often nobody waits. */
__attribute__((noinline)) static void wake_waiters(struct wait_queue *wq)
{
    unsigned taken = 0; /* events that an exclusive waiter has taken */
    unsigned long irq = spin_lock(&wq->lock);

    list_for_each_safe (it, tmp, &wq->waiters) {
        struct waiter *w = list_entry(it, struct waiter, link);
        if (w->exclusive != 0 && (w->exclusive & ~taken) == 0)
            continue;
        if (w->notify == NULL ? task_wake(w->task) : w->notify(w))
            taken |= w->exclusive;
    }
    spin_unlock(&wq->lock, irq);
}

void wake_all(struct wait_queue *wq)
{
    chaos_point("wake_begin");
    if (!has_waiters(wq))
        return;
    chaos_point("wake_has_waiters");
    wake_waiters(wq);
}
