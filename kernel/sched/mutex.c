/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sleeping locks: mutex and rwlock.
 *
 * A mutex without waiters is locked and unlocked by one atomic instruction. With
 * waiters, the unlock makes it free and wakes the first one, but any task may take it:
 * the time until the woken task runs is not lost. A waiter that was overtaken for
 * MUTEX_PATIENCE is handed the mutex by the next unlock. A rwlock is always handed
 * over: the unlock makes the first waiters the owners.
 *
 * The spin lock in each protects its waiters, and a rwlock's count. A waiter lives on its
 * task's stack and must not be touched after it was told LOCK_GRANTED; nor must the lock:
 * docs/concurrency.md, "Hand-over of sleeping locks" and "Reader/writer locks".
 */
#include "sched_internal.h"
#include <hermit/atomic.h>
#include <hermit/panic.h>
#include <hermit/wait.h>

#define MUTEX_WAITERS  1UL     /* bit of mutex.owner; alone: free, first waiter told */
#define MUTEX_PATIENCE 500000U /* ns from lock to hand-over */

enum lock_news {
    LOCK_NONE,
    LOCK_FREE,    /* try again; still on the list */
    LOCK_GRANTED, /* the owner now, off the list; the last access to the waiter */
};

struct lock_waiter {
    struct list link;
    struct task *task;
    bool writer;    /* of a rwlock */
    bool impatient; /* of a mutex: overtaken long enough */
    _Atomic(enum lock_news) news;
};

/* Sleeps until there is news. */
static enum lock_news lock_wait(struct lock_waiter *w)
{
    enum lock_news news;

    for (;;) {
        task_set_state(TASK_UNINTERRUPTIBLE);
        /* acquire: pairs with lock_grant() */
        news = atomic_load_explicit(&w->news, memory_order_acquire);
        if (news != LOCK_NONE)
            break;
        chaos_point("lock_wait");
        schedule();
    }
    task_set_state(TASK_RUNNING);
    return news;
}

/*
 * Tells a waiter that is off the list and the owner. The caller must no longer touch
 * the lock: the waiter continues as soon as it sees the news, even before it is woken,
 * and may then unlock and free the lock, and end. The reference keeps its task.
 */
static void lock_grant(struct lock_waiter *w)
{
    struct task *t = w->task;

    add_relaxed(&t->refs, 1);
    atomic_store_explicit(&w->news, LOCK_GRANTED, memory_order_release); /* pairs: lock_wait() */
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

/* Takes the mutex if its owner is still `free` (0 or MUTEX_WAITERS): stores task | `mark`. */
static bool take_from(struct mutex *m, uintptr_t free, uintptr_t mark)
{
    return atomic_compare_exchange_strong_explicit(
        &m->owner, &free, (uintptr_t)current_task() | mark,
        memory_order_acquire /* pairs: unlock */, memory_order_relaxed);
}

/* Takes a mutex that is free and has no waiters. */
static bool take(struct mutex *m)
{
    return take_from(m, 0, 0);
}

/* Takes a free mutex; its waiters, if it has any, are overtaken. */
static bool take_any(struct mutex *m)
{
    return take(m) || take_from(m, MUTEX_WAITERS, MUTEX_WAITERS);
}

/* Marks that the mutex has waiters. False: it was free and is taken. Spin lock held. */
static bool mark_waiting(struct mutex *m)
{
    for (;;) {
        uintptr_t owner = load_relaxed(&m->owner);
        if ((owner & ~MUTEX_WAITERS) == 0) {
            if (take_any(m))
                return false;
        } else if (atomic_compare_exchange_weak_explicit(&m->owner, &owner, owner | MUTEX_WAITERS,
                                                         memory_order_relaxed,
                                                         memory_order_relaxed)) {
            return true;
        }
    }
}

/* The first waiter takes the mutex if it is free, else it waits for more news. Spin lock held. */
static bool take_in_turn(struct mutex *m, struct lock_waiter *w, uint64_t since)
{
    bool more = w->link.next != &m->waiters;

    if (take_from(m, MUTEX_WAITERS, more ? MUTEX_WAITERS : 0)) {
        list_remove(&w->link);
        return true;
    }
    w->impatient = clock_monotonic() - since >= MUTEX_PATIENCE;
    atomic_store_explicit(&w->news, LOCK_NONE, memory_order_relaxed);
    return false;
}

SMALL __attribute__((noinline)) static void lock_slowly(struct mutex *m)
{
    struct lock_waiter w = {.task = current_task()};

    ASSERT((load_relaxed(&m->owner) & ~MUTEX_WAITERS) != (uintptr_t)w.task);
    chaos_point("mutex_contended");
    unsigned long irq = spin_lock(&m->lock);
    bool taken = !mark_waiting(m);
    if (!taken)
        list_push_back(&m->waiters, &w.link);
    spin_unlock(&m->lock, irq);
    uint64_t since = taken ? 0 : clock_monotonic();
    while (!taken) {
        chaos_point("mutex_queued");
        if (lock_wait(&w) == LOCK_GRANTED)
            break;
        irq = spin_lock(&m->lock);
        taken = take_in_turn(m, &w, since);
        spin_unlock(&m->lock, irq);
    }
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
    bool taken = take_any(m);

    if (taken)
        lockdep_sleep_acquired(m, NAME_OF(m));
    return taken;
}

/* Makes the first waiter the owner. Unlocks the spin lock. */
static void hand_over(struct mutex *m, struct lock_waiter *w, unsigned long irq)
{
    bool more = w->link.next != &m->waiters;

    store_relaxed(&m->owner, (uintptr_t)w->task | (more ? MUTEX_WAITERS : 0));
    list_remove(&w->link);
    spin_unlock(&m->lock, irq);
    chaos_point("mutex_handed_over");
    lock_grant(w);
}

/*
 * Makes the mutex free, and wakes the first waiter unless it was told before. Unlocks the
 * spin lock. The waiter stays on the list, so it takes the spin lock before it continues,
 * and so does every later owner in its unlock: the mutex is not freed before. The reference
 * keeps the task for the wake-up.
 */
static void set_free(struct mutex *m, struct lock_waiter *w, unsigned long irq)
{
    struct task *t = load_relaxed(&w->news) == LOCK_NONE ? w->task : NULL;

    if (t != NULL) {
        add_relaxed(&t->refs, 1);
        store_relaxed(&w->news, LOCK_FREE);
    }
    /* release: pairs with take_from() */
    atomic_store_explicit(&m->owner, MUTEX_WAITERS, memory_order_release);
    spin_unlock(&m->lock, irq);
    chaos_point("mutex_set_free");
    if (t != NULL) {
        task_wake(t);
        task_put(t);
    }
}

/* There are waiters: the first is on the list, or will be when the spin lock is free. */
__attribute__((noinline)) static void unlock_slowly(struct mutex *m)
{
    chaos_point("mutex_unlock_waited");
    unsigned long irq = spin_lock(&m->lock);
    struct lock_waiter *w = list_first(&m->waiters, struct lock_waiter, link);

    ASSERT(load_relaxed(&m->owner) == ((uintptr_t)current_task() | MUTEX_WAITERS));
    if (w->impatient)
        hand_over(m, w, irq);
    else
        set_free(m, w, irq);
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

/* Hands over to the first waiter, and if it reads, to the readers directly behind. Unlocks. */
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
