/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes: tasks that sleep on a word of the application's memory (futex(2)).
 *
 * Waiters are queued in hashed buckets, in order of arrival. A word is identified by
 * its address, or, for a shared mapping and a call without FUTEX_PRIVATE_FLAG, by the
 * mapped object and the offset in it.
 *
 * Lifetime: buckets are static; a waiter is on its task's stack and in a bucket until
 * it is woken or gives up. Neither keeps the word's memory or object: if these are
 * freed, only a signal or the deadline wakes the waiters. docs/concurrency.md,
 * "Futexes".
 */
#ifndef HERMIT_FUTEX_H
#define HERMIT_FUTEX_H

#include <hermit/list.h>
#include <hermit/spinlock.h>
#include <hermit/types.h>
#include <stdatomic.h>

struct task;

enum futex_scope { FUTEX_SCOPE_PRIVATE, FUTEX_SCOPE_SHARED };

/*
 * Sleeps if *uaddr == expected until a wake with a common bit in `bitset`, or
 * `deadline` (ns, monotonic). 0, −EAGAIN, −EFAULT, −EINVAL (not aligned),
 * −ETIMEDOUT, −ERESTARTSYS (interrupted). May sleep.
 */
long futex_wait(uint32_t __user *uaddr, enum futex_scope scope, uint32_t expected, uint32_t bitset,
                uint64_t deadline);

/* Wakes up to `nr` (at least one) waiters with a common bit. Their number, −EINVAL, −EFAULT. */
long futex_wake(uint32_t __user *uaddr, enum futex_scope scope, int nr, uint32_t bitset);

/* Public only for the leaf below, which reads the count; the rest is kernel/process/futex.c's. */
struct futex_bucket {
    struct spinlock lock;
    _Atomic unsigned waiters; /* in the queue or about to join; wakers read it without the lock */
    struct list queue;        /* struct futex_waiter, FIFO; next NULL: never used */
} __attribute__((aligned(64)));

#define FUTEX_BUCKET_BITS 8
extern struct futex_bucket futex_buckets[1 << FUTEX_BUCKET_BITS];

/* `index`: offset in words. The multiplier is 2^64 divided by the golden ratio. */
static inline struct futex_bucket *futex_bucket_of(uint64_t object, uint64_t index)
{
    uint64_t hash = (object + index) * 0x9e3779b97f4a7c15UL;

    return &futex_buckets[hash >> (64 - FUTEX_BUCKET_BITS)];
}

/* True if a private wake at the address 4 * `index` would find no waiter. A leaf. */
static inline bool futex_no_waiter(uintptr_t index)
{
    atomic_thread_fence(memory_order_seq_cst); /* pairs with bucket_count_in() */
    return atomic_load_explicit(&futex_bucket_of(0, index)->waiters, memory_order_relaxed) == 0;
}

/*
 * Wakes up to nr_wake waiters of `from`, moves up to nr_move others to `to`; with
 * `compare` only if *from equals *compare (else −EAGAIN). The number of both, or
 * −EFAULT, −EINVAL.
 */
SMALL int futex_requeue(uint32_t __user *from, uint32_t __user *to, enum futex_scope scope,
                        int nr_wake, int nr_move, const uint32_t *compare);

/* FUTEX_WAKE_OP with its encoded operation. Number of tasks woken, or −EFAULT, −EINVAL, −ENOSYS. */
SMALL int futex_wake_op(uint32_t __user *uaddr1, uint32_t __user *uaddr2, enum futex_scope scope,
                        int nr_wake, int nr_wake2, uint32_t op);

/* Marks the robust futexes that the ending task holds and wakes a waiter of each. */
void futex_exit_robust(struct task *t);

#endif
