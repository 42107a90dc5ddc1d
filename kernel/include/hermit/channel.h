/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files that block: one way to wait and one way to die. Pipes, eventfds, timerfds,
 * console streams and file locks stand on it.
 *
 * Waiting. Whoever finds that the object cannot serve it yet waits on a condition
 * of the object's state: wait_locked() evaluates it under the object's lock, which
 * is dropped while the task sleeps. Whoever makes such a condition true does it
 * under the lock and wakes the queue then, under the lock or after it.
 *
 * Lifetime. An object that several open files share is a channel. Each open file
 * holds one reference from its making to its release, and a call holds a
 * reference of the file for its whole length, so the object lives while a call
 * runs on it, whatever other threads close meanwhile. A pointer to a channel that
 * is not a file's (a FIFO's inode has one) is followed under the lock that
 * protects the pointer, and a reference is taken before that lock is dropped. The
 * last channel_put() is the only place that frees. So a release goes: lock, leave
 * (counts, state), unlock, wake whom it concerns, put; nothing touches the object
 * after its own put, not even to unlock or to wake.
 *
 * Polling. A poll table's entry holds a reference of the file whose queue it is
 * on, so a queue within the channel needs no life of its own.
 *
 * Application memory is never touched under a channel's lock in a way that may
 * fault: bytes are copied between user_nofault_begin() and user_nofault_end(), and
 * what was not present is made so by io_fault_in() with the lock dropped.
 */
#ifndef HERMIT_CHANNEL_H
#define HERMIT_CHANNEL_H

#include <hermit/signal.h>
#include <hermit/wait.h>
#include <linux/errno.h>

struct channel {
    struct mutex lock; /* protects the object's state; sleeps, taken inside all names' locks */
    _Atomic unsigned refs;
    void (*free)(struct channel *c); /* the last reference is gone */
};

/* One reference. `name`: the class of its lock. */
static inline void channel_init(struct channel *c, const char *name, void (*free)(struct channel *))
{
    mutex_init(&c->lock, name);
    atomic_store_explicit(&c->refs, 1, memory_order_relaxed); /* nobody else sees it yet */
    c->free = free;
}

static inline void channel_get(struct channel *c)
{
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
}

/* May free. No lock held that `free` takes. */
static inline void channel_put(struct channel *c)
{
    /* Release what this reference did; acquire, for the last one, what all others did. */
    if (atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
        c->free(c);
}

/*
 * One sleep: joins the queue, unlocks, sleeps until a wake-up (0), a signal or a
 * cancellation (−ERESTARTSYS) or the deadline (ns, monotonic; −ETIMEDOUT), locks.
 * What is changed under the lock is seen before or wakes: no wake-up is lost.
 */
int wait_unlocked(struct mutex *lock, struct wait_queue *wq, uint64_t deadline);

/* The same for an object with a spin lock, because interrupt handlers change it. */
int wait_unlocked_irq(struct spinlock *lock, unsigned long *irq, struct wait_queue *wq,
                      uint64_t deadline);

/*
 * Waits for `cond`, which is evaluated and made true under the object's lock.
 * 0: it holds; −EAGAIN: it does not, and `nonblock`; −errno of `sleep`, an
 * expression such as wait_unlocked().
 */
#define wait_locked(cond, nonblock, sleep)                                                         \
    __extension__({                                                                                \
        int wait_err_ = 0;                                                                         \
        for (;;) {                                                                                 \
            if (likely(cond)) {                                                                    \
                wait_err_ = 0;                                                                     \
                break;                                                                             \
            }                                                                                      \
            if (wait_err_ != 0)                                                                    \
                break;                                                                             \
            wait_err_ = (nonblock) ? -EAGAIN : (sleep);                                            \
        }                                                                                          \
        wait_err_;                                                                                 \
    })

#define channel_wait(c, wq, cond, nonblock)                                                        \
    wait_locked(cond, nonblock, wait_unlocked(&(c)->lock, (wq), TIME_FOREVER))

#endif
