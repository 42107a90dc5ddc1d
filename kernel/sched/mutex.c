/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleeping locks: mutex and rwlock. Both are handed over: who unlocks makes the
 * first waiter the owner, so nobody overtakes and a woken waiter need not look
 * again. The spin lock in each protects its waiters, and a rwlock's count; a mutex
 * without waiters is taken and given back by one atomic instruction. A waiter
 * lives on its task's stack and must not be touched after `granted` is set, nor
 * must the lock: docs/concurrency.md, "Hand-over of sleeping locks".
 */
#include "sched_internal.h"
#include <hermit/atomic.h>
#include <hermit/panic.h>
#include <hermit/wait.h>

#define MUTEX_WAITERS 1UL /* bit of mutex.owner */

struct lock_waiter {
    struct list link;
    struct task *task;
    bool writer;
    _Atomic bool granted; /* the last access to this waiter */
};

/* Sleeps until the lock was handed over. */
static void lock_wait(struct lock_waiter *w)
{
    for (;;) {
        task_set_state(TASK_UNINTERRUPTIBLE);
        if (atomic_load_explicit(&w->granted, memory_order_acquire)) /* pairs: lock_grant */
            break;
        chaos_point("lock_wait");
        schedule();
    }
    task_set_state(TASK_RUNNING);
}

/*
 * To a waiter that was made the owner and taken off the list, once nothing of the
 * lock is touched any more: it goes on as soon as it sees `granted`, even before
 * it is woken, may unlock and free the lock, and may end: the reference keeps its
 * task.
 */
static void lock_grant(struct lock_waiter *w)
{
    struct task *t = w->task;

    add_relaxed(&t->refs, 1);
    atomic_store_explicit(&w->granted, true, memory_order_release); /* pairs: lock_wait() */
    chaos_point("lock_granted");
    task_wake(t);
    task_put(t);
}

#ifdef HERMIT_DEBUG_LOCKS
#define NAME_OF(lock) ((lock)->name)
#else
#define NAME_OF(lock) ""
#endif

void mutex_init(struct mutex *m, const char *name)
{
    spin_init(&m->lock, "mutex");
#ifdef HERMIT_DEBUG_LOCKS
    m->name = name;
#else
    (void)name;
#endif
    atomic_store_explicit(&m->owner, 0, memory_order_relaxed);
    list_init(&m->waiters);
}

/* Takes a free mutex. A mutex with waiters is never free: it is handed over. */
static bool take(struct mutex *m)
{
    uintptr_t expected = 0;

    return atomic_compare_exchange_strong_explicit(&m->owner, &expected, (uintptr_t)current_task(),
                                                   memory_order_acquire, /* pairs: unlock */
                                                   memory_order_relaxed);
}

/* Marks that the mutex has waiters. False: it came free meanwhile and is taken. Spin lock held. */
static bool mark_waiting(struct mutex *m)
{
    uintptr_t owner = atomic_load_explicit(&m->owner, memory_order_relaxed);

    for (;;) {
        if (owner == 0 && take(m))
            return false;
        if (owner != 0 &&
            atomic_compare_exchange_weak_explicit(&m->owner, &owner, owner | MUTEX_WAITERS,
                                                  memory_order_relaxed, memory_order_relaxed))
            return true;
        owner = atomic_load_explicit(&m->owner, memory_order_relaxed);
    }
}

__attribute__((noinline)) static void lock_slowly(struct mutex *m)
{
    struct lock_waiter w = {.task = current_task()};

    ASSERT((load_relaxed(&m->owner) & ~MUTEX_WAITERS) != (uintptr_t)w.task);
    chaos_point("mutex_contended");
    unsigned long irq = spin_lock(&m->lock);
    bool wait = mark_waiting(m);
    if (wait)
        list_push_back(&m->waiters, &w.link);
    spin_unlock(&m->lock, irq);
    chaos_point("mutex_queued");
    if (wait)
        lock_wait(&w);
}

void mutex_lock(struct mutex *m)
{
    might_sleep();
    lockdep_sleep_acquire(m, NAME_OF(m));
    if (unlikely(!take(m)))
        lock_slowly(m);
    lockdep_sleep_acquired(m, NAME_OF(m));
}

bool mutex_trylock(struct mutex *m)
{
    bool taken = take(m);

    if (taken)
        lockdep_sleep_acquired(m, NAME_OF(m));
    return taken;
}

/* Hands the mutex over to the first waiter: it is on the list, or will be when the lock is free. */
__attribute__((noinline)) static void unlock_slowly(struct mutex *m)
{
    chaos_point("mutex_hand_over");
    unsigned long irq = spin_lock(&m->lock);
    struct lock_waiter *w = list_first(&m->waiters, struct lock_waiter, link);
    bool more = w->link.next != &m->waiters;

    ASSERT(load_relaxed(&m->owner) == ((uintptr_t)current_task() | MUTEX_WAITERS));
    atomic_store_explicit(&m->owner, (uintptr_t)w->task | (more ? MUTEX_WAITERS : 0),
                          memory_order_relaxed);
    list_remove(&w->link);
    spin_unlock(&m->lock, irq);
    chaos_point("mutex_handed_over");
    lock_grant(w);
}

void mutex_unlock(struct mutex *m)
{
    uintptr_t expected = (uintptr_t)current_task();

    lockdep_sleep_release(m);
    if (unlikely(!atomic_compare_exchange_strong_explicit(&m->owner, &expected, 0,
                                                          memory_order_release, /* pairs: take() */
                                                          memory_order_relaxed)))
        unlock_slowly(m);
}

static bool rwlock_is_free(const struct rwlock *l, bool writer)
{
    return writer ? l->readers == 0 : l->readers >= 0;
}

static void rwlock_wait(struct rwlock *l, bool writer)
{
    struct lock_waiter w = {.task = current_task(), .writer = writer};
    unsigned long irq = spin_lock(&l->lock);

    if (list_empty(&l->waiters) && rwlock_is_free(l, writer)) {
        l->readers += writer ? -1 : 1;
        spin_unlock(&l->lock, irq);
        return;
    }
    list_push_back(&l->waiters, &w.link);
    spin_unlock(&l->lock, irq);
    chaos_point("rwlock_queued");
    lock_wait(&w);
}

static void rwlock_lock(struct rwlock *l, bool writer)
{
    might_sleep();
    lockdep_sleep_acquire(l, NAME_OF(l));
    rwlock_wait(l, writer);
    lockdep_sleep_acquired(l, NAME_OF(l));
}

/* Hands over to the first waiter, and if that reads, to the readers directly behind it. Unlocks. */
__attribute__((noinline)) static void rwlock_hand_over(struct rwlock *l, unsigned long irq)
{
    struct list owners;

    list_init(&owners);
    while (!list_empty(&l->waiters)) {
        struct lock_waiter *w = list_first(&l->waiters, struct lock_waiter, link);
        if (!rwlock_is_free(l, w->writer))
            break;
        l->readers += w->writer ? -1 : 1;
        list_remove(&w->link);
        list_push_back(&owners, &w->link);
    }
    spin_unlock(&l->lock, irq);
    chaos_point("rwlock_handed_over");
    list_for_each_safe (it, tmp, &owners)
        lock_grant(list_entry(it, struct lock_waiter, link));
}

static void rwlock_unlock(struct rwlock *l, bool writer)
{
    lockdep_sleep_release(l);
    unsigned long irq = spin_lock(&l->lock);

    ASSERT(writer ? l->readers == -1 : l->readers > 0);
    l->readers += writer ? 1 : -1;
    if (likely(list_empty(&l->waiters)))
        spin_unlock(&l->lock, irq);
    else
        rwlock_hand_over(l, irq);
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
