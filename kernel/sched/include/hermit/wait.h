/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wait queues: the only mechanism by which tasks sleep for events. Poll has one waiter
 * on each of several queues.
 *
 *     struct waiter w;
 *     wait_begin(&wq, &w, WAIT_INTERRUPTIBLE);   // on the queue, marked as sleeping
 *     if (!condition)
 *         err = wait_sleep(deadline);            // returns at once after a wake-up since begin
 *     wait_end(&wq, &w);                         // off the queue, marked as running
 *
 * Lock order: a wait queue's lock is taken inside the object's own locks and
 * outside the run-queue locks.
 *
 * Lifetime of a wait queue: a waiter that finds its condition true may free the object
 * before its waker has reached the queue. So the waker must keep the object alive until
 * wake_all() has returned, by a lock that is taken before freeing it, or by a
 * reference. From wait_begin() to wait_end() the waiter keeps it alive.
 *
 * Lifetime of a mutex or rwlock: the holder may free it after its own unlock, if no
 * other task can lock it any more. Tasks still inside an earlier unlock do not matter:
 * they no longer use the lock when the next owner's unlock returns.
 *
 * docs/concurrency.md, "Sleep and wake-up" and "Hand-over of sleeping locks".
 */
#ifndef HERMIT_WAIT_H
#define HERMIT_WAIT_H

#include <hermit/list.h>
#include <hermit/spinlock.h>
#include <hermit/timer.h>

struct task;
struct waiter;

struct wait_queue {
    struct spinlock lock; /* protects waiters */
    struct list waiters;  /* FIFO */
};

enum wait_flags {
    WAIT_INTERRUPTIBLE = 1, /* signals and cancellation end the sleep */
    WAIT_EXCLUSIVE = 2,     /* one such waiter of the queue is enough for a wake-up */
    WAIT_KILLABLE = 4,      /* only what gives the call up ends it: signal_gives_up() */
};

struct waiter {
    struct list link;
    struct task *task;
    /* If not NULL: called instead of waking the task, with the queue's lock held. True: somebody
     * will look at the event. */
    bool (*notify)(struct waiter *w);
    /* Events for which one of several waiters is enough: a wake-up leaves the waiter out if those
     * before it have taken all of them. 0: it is always woken. */
    unsigned exclusive;
};

#define WAIT_QUEUE_INIT(name) {SPINLOCK_INIT("wait_queue"), LIST_INIT((name).waiters)}

void wait_queue_init(struct wait_queue *wq);
void wait_begin(struct wait_queue *wq, struct waiter *w, unsigned flags);
void wait_end(struct wait_queue *wq, struct waiter *w);

/* For waiters with `notify`, which need not sleep: on the queue, with a full barrier before the
 * caller looks at its condition, and off it. wait_leave() may be called twice. */
void wait_join(struct wait_queue *wq, struct waiter *w);
void wait_leave(struct wait_queue *wq, struct waiter *w);

/*
 * Sleeps until a wake-up, `deadline` (ns, monotonic, TIME_FOREVER: none), or, if
 * the last wait_begin was interruptible or killable, a signal. 0: woken (check the
 * condition again), −ETIMEDOUT, −EINTR. Interrupts on, no spin lock held.
 */
int wait_sleep(uint64_t deadline);

/* First half of a sleep without a wait queue: marks the task as sleeping. Call it before checking
 * the condition; the second half is wait_sleep(). `flags`: 0, WAIT_INTERRUPTIBLE or
 * WAIT_KILLABLE. */
void sleep_prepare(unsigned flags);

/*
 * Sleeps until `deadline` without a queue. −ETIMEDOUT at the deadline, −EINTR if a signal that
 * ends a sleep with these `flags` (as above) came before.
 */
int sleep_until(uint64_t deadline, unsigned flags);

/* Wakes all waiters, of exclusive ones as many as are needed for one to have been asleep. */
void wake_all(struct wait_queue *wq);

/*
 * Sleeps until `cond` is true. Evaluates to 0, −ETIMEDOUT or −EINTR. `cond` is
 * evaluated without locks, and not again once it was true, so it may have side
 * effects; it may sleep only if it does not use wait queues itself.
 */
#define wait_event(wq, cond, wait_flags, deadline)                                                 \
    __extension__({                                                                                \
        int wait_err_ = 0;                                                                         \
        bool wait_done_ = (cond);                                                                  \
        while (!wait_done_ && wait_err_ == 0) {                                                    \
            struct waiter w_;                                                                      \
            wait_begin((wq), &w_, (wait_flags));                                                   \
            wait_done_ = (cond);                                                                   \
            if (!wait_done_)                                                                       \
                wait_err_ = wait_sleep(deadline);                                                  \
            wait_end((wq), &w_);                                                                   \
            wait_done_ = wait_done_ || (cond);                                                     \
        }                                                                                          \
        wait_done_ ? 0 : wait_err_;                                                                \
    })

/*
 * Sleeping mutex, not recursive. Uninterruptible. Other tasks may overtake a waiter for
 * a limited time (kernel/sched/mutex.c: MUTEX_PATIENCE), then it is the next owner.
 */
struct mutex {
    _Atomic uintptr_t owner; /* struct task *, NULL: free; bit 0: there are waiters */
    struct spinlock lock;    /* protects the waiters and bit 0 */
    struct list waiters;
#ifdef HERMIT_DEBUG_LOCKS
    const char *name; /* its class, see hermit/lockdep.h */
#endif
};
#ifdef HERMIT_DEBUG_LOCKS
#define LOCK_NAME_INIT(n) .name = (n),
#else
#define LOCK_NAME_INIT(n)
#endif
/* The class is the name of the variable. */
#define MUTEX_INIT(var)                                                                            \
    {.lock = SPINLOCK_INIT("mutex"), .waiters = LIST_INIT((var).waiters), LOCK_NAME_INIT(#var)}
void mutex_init(struct mutex *m, const char *name);
void mutex_lock(struct mutex *m);
bool mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m);

/* Sleeping reader/writer lock; a waiting writer blocks new readers. */
struct rwlock {
    struct spinlock lock;
    int readers; /* −1: a writer holds it */
    struct list waiters;
#ifdef HERMIT_DEBUG_LOCKS
    const char *name;
#endif
};
#define RWLOCK_INIT(var)                                                                           \
    {.lock = SPINLOCK_INIT("rwlock"), .waiters = LIST_INIT((var).waiters), LOCK_NAME_INIT(#var)}
void rwlock_read_lock(struct rwlock *l);
void rwlock_read_unlock(struct rwlock *l);
void rwlock_write_lock(struct rwlock *l);
void rwlock_write_unlock(struct rwlock *l);

#endif
