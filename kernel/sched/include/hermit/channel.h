/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files that block: waiting and lifetime. Used by pipes, eventfds, timerfds, console
 * streams and file locks.
 *
 * Waiting. A task that the object cannot serve yet waits for a condition on the
 * object's state: wait_locked() evaluates it under the object's lock, which is
 * dropped while the task sleeps. Code that makes such a condition true does so under
 * the lock and then wakes the queue, under the lock or after it.
 *
 * Lifetime. An object that several open files share is a channel. Each open file
 * holds one reference from its creation to its release, and a call holds a reference
 * of the file until it returns, so the object lives while a call uses it, even if
 * other threads close the file. A pointer to a channel outside of a file (a FIFO's
 * inode has one) is followed under the lock that protects the pointer, and a
 * reference is taken before that lock is dropped. Only the last channel_put() frees.
 * So a release goes: lock, leave (counts, state), unlock, wake waiters, put; no code
 * touches the object after its own put, not even to unlock or to wake.
 *
 * Polling. A poll table's entry holds a reference of the file whose queue it is on,
 * so a queue inside a channel lives long enough.
 *
 * Accesses to application memory must not fault under a channel's lock: bytes are
 * copied between user_nofault_begin() and user_nofault_end(), and io_fault_in() makes
 * missing pages present with the lock dropped.
 */
#ifndef HERMIT_CHANNEL_H
#define HERMIT_CHANNEL_H

#include <hermit/signal_pending.h>
#include <hermit/wait.h>
#include <linux/errno.h>

struct channel {
    struct mutex lock; /* protects the object's state; sleeps, taken inside all names' locks */
    _Atomic unsigned refs;
    void (*free)(struct channel *c); /* the last reference is gone */
};

/* Starts with one reference. `name`: the class of its lock. */
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

/* Drops a reference; the last one frees. The caller holds no lock that `free` takes. */
static inline void channel_put(struct channel *c)
{
    /* Release: this holder's accesses. Acquire: the last put sees those of all others. */
    if (atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1)
        c->free(c);
}

/*
 * One sleep: joins the queue, unlocks, sleeps until a wake-up (0), a signal or a
 * cancellation (−ERESTARTSYS) or the deadline (ns, monotonic; −ETIMEDOUT), locks.
 * A change under the lock is either seen before the sleep or ends it: no lost wake-up.
 */
int wait_unlocked(struct mutex *lock, struct wait_queue *wq, uint64_t deadline);

/* The same for an object with a spin lock, because interrupt handlers change it. */
int wait_unlocked_irq(struct spinlock *lock, unsigned long *irq, struct wait_queue *wq,
                      uint64_t deadline);

/*
 * Waits for `cond`, which is evaluated and made true under the object's lock.
 * 0: it is true; −EAGAIN: it is false and `nonblock` is set; −errno of `sleep`, an
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
