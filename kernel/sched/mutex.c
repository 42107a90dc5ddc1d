/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleeping locks: mutex and rwlock. Both are handed over: who unlocks makes the
 * first waiter the owner, so nobody overtakes and a woken waiter need not look
 * again. The spin lock in each protects its owner and its waiters; a waiter lives
 * on its task's stack and must not be touched after `granted` is set.
 */
#include "sched_internal.h"
#include <hermit/panic.h>
#include <hermit/wait.h>

struct lock_waiter {
    struct list link;
    struct task *task;
    bool writer;
    _Atomic bool granted; /* set under the lock's spin lock, as the last access to this waiter */
};

/* Sleeps until the lock was handed over. */
static void lock_wait(struct lock_waiter *w)
{
    for (;;) {
        task_set_state(TASK_UNINTERRUPTIBLE);
        if (atomic_load_explicit(&w->granted, memory_order_acquire)) /* pairs: lock_grant */
            break;
        schedule();
    }
    task_set_state(TASK_RUNNING);
}

/*
 * Spin lock held. A waiter that runs before it was woken here goes on as soon as
 * it sees `granted`, and may even end: the reference keeps its task.
 */
static void lock_grant(struct lock_waiter *w)
{
    struct task *t = w->task;

    list_remove(&w->link);
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    atomic_store_explicit(&w->granted, true, memory_order_release);
    task_wake(t);
    task_put(t);
}

void mutex_init(struct mutex *m)
{
    spin_init(&m->lock, "mutex");
    m->owner = NULL;
    list_init(&m->waiters);
}

void mutex_lock(struct mutex *m)
{
    struct lock_waiter w = {.task = current_task()};
    unsigned long irq = spin_lock(&m->lock);

    ASSERT(irq & RFLAGS_IF);
    if (m->owner == NULL) {
        m->owner = w.task;
        spin_unlock(&m->lock, irq);
        return;
    }
    ASSERT(m->owner != w.task);
    list_push_back(&m->waiters, &w.link);
    spin_unlock(&m->lock, irq);
    lock_wait(&w);
}

bool mutex_trylock(struct mutex *m)
{
    unsigned long irq = spin_lock(&m->lock);
    bool free = m->owner == NULL;

    if (free)
        m->owner = current_task();
    spin_unlock(&m->lock, irq);
    return free;
}

void mutex_unlock(struct mutex *m)
{
    unsigned long irq = spin_lock(&m->lock);

    ASSERT(m->owner == current_task());
    if (list_empty(&m->waiters)) {
        m->owner = NULL;
    } else {
        struct lock_waiter *w = list_first(&m->waiters, struct lock_waiter, link);
        m->owner = w->task;
        lock_grant(w);
    }
    spin_unlock(&m->lock, irq);
}

static bool rwlock_is_free(const struct rwlock *l, bool writer)
{
    return writer ? l->readers == 0 : l->readers >= 0;
}

static void rwlock_lock(struct rwlock *l, bool writer)
{
    struct lock_waiter w = {.task = current_task(), .writer = writer};
    unsigned long irq = spin_lock(&l->lock);

    ASSERT(irq & RFLAGS_IF);
    if (list_empty(&l->waiters) && rwlock_is_free(l, writer)) {
        l->readers += writer ? -1 : 1;
        spin_unlock(&l->lock, irq);
        return;
    }
    list_push_back(&l->waiters, &w.link);
    spin_unlock(&l->lock, irq);
    lock_wait(&w);
}

/* Hands over to the first waiter, and if that reads, to the readers directly behind it. */
static void rwlock_unlock(struct rwlock *l, bool writer)
{
    unsigned long irq = spin_lock(&l->lock);

    ASSERT(writer ? l->readers == -1 : l->readers > 0);
    l->readers += writer ? 1 : -1;
    while (!list_empty(&l->waiters)) {
        struct lock_waiter *w = list_first(&l->waiters, struct lock_waiter, link);
        bool to_writer = w->writer;
        if (!rwlock_is_free(l, to_writer))
            break;
        l->readers += to_writer ? -1 : 1;
        lock_grant(w);
    }
    spin_unlock(&l->lock, irq);
}

void rwlock_read_lock(struct rwlock *l)
{
    rwlock_lock(l, false);
}

void rwlock_read_unlock(struct rwlock *l)
{
    rwlock_unlock(l, false);
}

void rwlock_write_lock(struct rwlock *l)
{
    rwlock_lock(l, true);
}

void rwlock_write_unlock(struct rwlock *l)
{
    rwlock_unlock(l, true);
}
