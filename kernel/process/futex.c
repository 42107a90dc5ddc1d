/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Futexes: owns the table of waiters.
 *
 * A bucket's lock protects its queue, the key and bucket of each waiter in it, and
 * makes "check the word, then queue" atomic for wakers. Two buckets are locked in order
 * of address. A waiter lives on its task's stack: `woken` is a waker's last access to
 * it; the waiter ends only once it sees that, or has taken itself off under the lock.
 * docs/concurrency.md, "Futexes".
 */
#include <arch/uaccess.h>
#include <hermit/chaos.h>
#include <hermit/futex.h>
#include <hermit/panic.h>
#include <hermit/sched.h>
#include <hermit/signal_pending.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <hermit/wait.h>
#include <linux/errno.h>
#include <linux/futex.h>

struct futex_key {
    uintptr_t object; /* 0: the offset is an address */
    uint64_t offset;
};

struct futex_waiter {
    struct list link;
    struct futex_key key;
    struct task *task;
    uint32_t bitset;
    _Atomic(struct futex_bucket *) bucket; /* changed by requeue under both locks */
    _Atomic bool woken;
};

/* Two buckets, locked; `second` may be the same. */
struct bucket_pair {
    struct futex_bucket *first, *second;
    unsigned long irq_first, irq_second;
};

struct futex_bucket futex_buckets[1 << FUTEX_BUCKET_BITS];

static struct futex_bucket *bucket_of(const struct futex_key *key)
{
    return futex_bucket_of(key->object, key->offset >> 2);
}

/* 0, −EINVAL or −EFAULT. */
static inline int make_key(struct futex_key *key, const uint32_t __user *uaddr,
                           enum futex_scope scope)
{
    if (unlikely(!IS_ALIGNED(user_addr(uaddr), sizeof(*uaddr))))
        return -EINVAL;
    if (unlikely(!user_small_range_ok(user_addr(uaddr), sizeof(*uaddr))))
        return -EFAULT;
    *key = (struct futex_key){0, user_addr(uaddr)};
    if (unlikely(scope == FUTEX_SCOPE_SHARED))
        return vm_shared_key(user_addr(uaddr), &key->object, &key->offset);
    return 0;
}

static bool keys_equal(const struct futex_key *a, const struct futex_key *b)
{
    return a->offset == b->offset && a->object == b->object;
}

static unsigned long bucket_lock(struct futex_bucket *b)
{
#ifdef HERMIT_DEBUG_LOCKS
    b->lock.name = "futex"; /* the table starts as zeros */
#endif
    unsigned long irq = spin_lock(&b->lock);

    if (unlikely(b->queue.next == NULL))
        list_init(&b->queue);
    return irq;
}

static void bucket_unlock(struct futex_bucket *b, unsigned long irq)
{
    spin_unlock(&b->lock, irq);
}

static struct bucket_pair pair_lock(struct futex_bucket *a, struct futex_bucket *b)
{
    struct bucket_pair pair = {.first = a < b ? a : b, .second = a < b ? b : a};

    pair.irq_first = bucket_lock(pair.first);
    if (a != b)
        pair.irq_second = bucket_lock(pair.second);
    return pair;
}

static void pair_unlock(const struct bucket_pair *pair)
{
    if (pair->first != pair->second)
        bucket_unlock(pair->second, pair->irq_second);
    bucket_unlock(pair->first, pair->irq_first);
}

/* Full barrier: pairs with the one in futex_no_waiter(). Either the waker sees the count, or the
 * waiter, which reads the word afterwards, sees what the waker has written to it before. */
static void bucket_count_in(struct futex_bucket *b)
{
    atomic_fetch_add_explicit(&b->waiters, 1, memory_order_seq_cst);
}

static void bucket_count_out(struct futex_bucket *b)
{
    atomic_fetch_sub_explicit(&b->waiters, 1, memory_order_relaxed);
}

/*
 * Tasks to wake once the buckets are unlocked, each with a reference, linked by
 * wake_next. All waiters that a call wakes are taken under one lock: a task that waits
 * again meanwhile is not woken by the same call.
 */
struct wake_list {
    struct task *first;
    _Atomic(struct task *) *end; /* link of the last one; NULL: none */
};

#define WAKE_LIST_END   ((struct task *)1) /* not NULL, which means: on no list */
#define WAKE_LIST_EMPTY {WAKE_LIST_END, NULL}

/*
 * Takes a waiter off its bucket, which is locked. It may be gone as soon as it sees
 * `woken`. Returns its task, still to be woken, with a reference.
 */
static inline struct task *take_waiter(struct futex_bucket *b, struct futex_waiter *w)
{
    struct task *t = w->task;

    list_unlink(&w->link);
    bucket_count_out(b);
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    atomic_store_explicit(&w->woken, true, memory_order_release); /* pairs: is_woken() */
    chaos_point("futex_taken");
    return t;
}

static inline bool matches(const struct futex_waiter *w, const struct futex_key *key,
                           uint32_t bitset)
{
    return keys_equal(&w->key, key) && w->bitset & bitset;
}

/*
 * Bucket locked. A task that is still on another waker's list is woken by that waker,
 * after it leaves that list: the failing exchange comes before.
 */
static void wake_waiter(struct futex_bucket *b, struct futex_waiter *w, struct wake_list *list)
{
    struct task *t = take_waiter(b, w), *none = NULL;

    /* Full barrier even on failure, after the store of `woken`; pairs with wake_listed(). */
    if (!atomic_compare_exchange_strong_explicit(&task_thread(t)->wake_next, &none, WAKE_LIST_END,
                                                 memory_order_seq_cst, memory_order_seq_cst)) {
        task_put(t);
        return;
    }
    if (list->end != NULL)
        atomic_store_explicit(list->end, t, memory_order_relaxed);
    else
        list->first = t;
    list->end = &task_thread(t)->wake_next;
}

/* No bucket locked. */
static void wake_listed(const struct wake_list *list)
{
    for (struct task *t = list->first, *next; t != WAKE_LIST_END; t = next) {
        next = atomic_load_explicit(&task_thread(t)->wake_next, memory_order_relaxed);
        atomic_store_explicit(&task_thread(t)->wake_next, NULL,
                              memory_order_seq_cst); /* pairs: wake_waiter() */
        chaos_point("futex_wake_listed");
        task_wake(t);
        task_put(t);
    }
}

static bool is_woken(const struct futex_waiter *w)
{
    return atomic_load_explicit(&w->woken, memory_order_acquire);
}

/* Wakes at least one and up to `nr` waiters. Bucket locked. */
static int wake_matching(struct futex_bucket *b, const struct futex_key *key, int nr,
                         uint32_t bitset, struct wake_list *list)
{
    int count = 0;

    list_for_each_safe (it, tmp, &b->queue) {
        struct futex_waiter *w = list_entry(it, struct futex_waiter, link);
        if (!matches(w, key, bitset))
            continue;
        wake_waiter(b, w, list);
        if (++count >= nr)
            break;
    }
    return count;
}

/*
 * Queues the waiter if the word has the expected value; the task is then marked
 * sleeping. 0, −EAGAIN, or −EFAULT: the page is not present now.
 */
static inline int enqueue_if_equal(struct futex_waiter *w, const uint32_t __user *uaddr,
                                   uint32_t expected)
{
    struct futex_bucket *b = bucket_of(&w->key);
    unsigned long irq = bucket_lock(b);

    bucket_count_in(b);
    chaos_point("futex_counted");
    w->task->flags |= TASK_NOFAULT;
    long equal = uaccess_compare32(uaddr, expected);
    w->task->flags &= ~(uint32_t)TASK_NOFAULT;
    if (unlikely(equal != 1)) {
        bucket_count_out(b);
        bucket_unlock(b, irq);
        return equal == 0 ? -EAGAIN : -EFAULT;
    }
    atomic_store_explicit(&w->bucket, b, memory_order_relaxed);
    list_push_back(&b->queue, &w->link);
    sleep_prepare(WAIT_INTERRUPTIBLE);
    bucket_unlock(b, irq);
    return 0;
}

/* Locks the bucket that the waiter is in. NULL: it was woken, and the waker no longer uses it. */
static struct futex_bucket *waiter_lock(struct futex_waiter *w, unsigned long *irq)
{
    for (;;) {
        struct futex_bucket *b = atomic_load_explicit(&w->bucket, memory_order_relaxed);
        chaos_point("futex_waiter_lock");
        *irq = bucket_lock(b);
        bool woken = is_woken(w);
        if (!woken && atomic_load_explicit(&w->bucket, memory_order_relaxed) == b)
            return b;
        bucket_unlock(b, *irq);
        if (woken)
            return NULL;
    }
}

/*
 * Sleeps until woken, timed out or interrupted. Call it queued and marked sleeping.
 * After any other wake-up the task marks itself again, under the lock, so that it
 * cannot miss its waker.
 */
static int sleep_queued(struct futex_waiter *w, uint64_t deadline)
{
    for (;;) {
        chaos_point("futex_queued");
        int err = wait_sleep(deadline);
        chaos_point("futex_slept");
        if (is_woken(w))
            return 0;
        unsigned long irq;
        struct futex_bucket *b = waiter_lock(w, &irq);
        if (b == NULL)
            return 0;
        if (err != 0) {
            list_remove(&w->link);
            bucket_count_out(b);
        } else {
            sleep_prepare(WAIT_INTERRUPTIBLE);
        }
        bucket_unlock(b, irq);
        if (err != 0)
            return err;
    }
}

long futex_wait(uint32_t __user *uaddr, enum futex_scope scope, uint32_t expected, uint32_t bitset,
                uint64_t deadline)
{
    struct futex_waiter w;
    int err = make_key(&w.key, uaddr, scope);

    w.task = current_task();
    w.bitset = bitset;
    atomic_store_explicit(&w.woken, false, memory_order_relaxed);
    while (err == 0) {
        err = enqueue_if_equal(&w, uaddr, expected);
        if (likely(err == 0)) {
            err = sleep_queued(&w, deadline);
            return err == -EINTR ? -ERESTARTSYS : err;
        }
        if (err == -EFAULT)
            err = fault_in_user(uaddr, false);
    }
    return err;
}

/* Wakes at most one: no list is needed. */
static inline int wake_first(struct futex_bucket *b, const struct futex_key *key, uint32_t bitset)
{
    struct task *t = NULL;
    unsigned long irq = bucket_lock(b);

    list_for_each (it, &b->queue) {
        struct futex_waiter *w = list_entry(it, struct futex_waiter, link);
        if (matches(w, key, bitset)) {
            t = take_waiter(b, w);
            break;
        }
    }
    bucket_unlock(b, irq);
    if (t == NULL)
        return 0;
    task_wake(t);
    task_put(t);
    return 1;
}

__attribute__((noinline)) static int
wake_several(struct futex_bucket *b, const struct futex_key *key, int nr, uint32_t bitset)
{
    struct wake_list list = WAKE_LIST_EMPTY;
    unsigned long irq = bucket_lock(b);
    int count = wake_matching(b, key, nr, bitset, &list);

    bucket_unlock(b, irq);
    wake_listed(&list);
    return count;
}

long futex_wake(uint32_t __user *uaddr, enum futex_scope scope, int nr, uint32_t bitset)
{
    struct futex_key key;
    int err = make_key(&key, uaddr, scope);

    if (unlikely(err != 0))
        return err;
    struct futex_bucket *b = bucket_of(&key);
    atomic_thread_fence(memory_order_seq_cst); /* pairs with bucket_count_in() */
    chaos_point("futex_wake");
    if (atomic_load_explicit(&b->waiters, memory_order_relaxed) == 0)
        return 0;
    return likely(nr <= 1) ? wake_first(b, &key, bitset) : wake_several(b, &key, nr, bitset);
}

/* Wakes and moves; both buckets locked. */
static int requeue_matching(struct futex_bucket *b, const struct futex_key *key,
                            struct futex_bucket *to, const struct futex_key *to_key, int nr_wake,
                            int nr_move, struct wake_list *list)
{
    int count = 0, moved = 0;
    struct list movers;

    list_init(&movers);
    list_for_each_safe (it, tmp, &b->queue) {
        struct futex_waiter *w = list_entry(it, struct futex_waiter, link);
        if (!keys_equal(&w->key, key))
            continue;
        if (count < nr_wake) {
            wake_waiter(b, w, list);
            count++;
        } else if (moved < nr_move) {
            list_remove(&w->link);
            list_push_back(&movers, &w->link);
            moved++;
        } else {
            break;
        }
    }
    list_for_each_safe (it, tmp, &movers) {
        struct futex_waiter *w = list_entry(it, struct futex_waiter, link);
        list_remove(&w->link);
        bucket_count_out(b);
        bucket_count_in(to);
        w->key = *to_key;
        atomic_store_explicit(&w->bucket, to, memory_order_relaxed);
        list_push_back(&to->queue, &w->link);
    }
    return count + moved;
}

int futex_requeue(uint32_t __user *from, uint32_t __user *to, enum futex_scope scope, int nr_wake,
                  int nr_move, const uint32_t *compare)
{
    struct futex_key key, to_key;
    int err = make_key(&key, from, scope);

    if (nr_wake < 0 || nr_move < 0)
        return -EINVAL;
    if (err == 0)
        err = make_key(&to_key, to, scope);
    while (err == 0) {
        uint32_t value = 0;
        struct wake_list list = WAKE_LIST_EMPTY;
        struct futex_bucket *b = bucket_of(&key), *to_b = bucket_of(&to_key);
        struct bucket_pair pair = pair_lock(b, to_b);
        if (compare != NULL)
            err = get_user_u32_nofault(&value, from);
        if (err == 0)
            err = compare != NULL && value != *compare
                      ? -EAGAIN
                      : requeue_matching(b, &key, to_b, &to_key, nr_wake, nr_move, &list);
        pair_unlock(&pair);
        wake_listed(&list);
        if (err != -EFAULT)
            return err;
        err = fault_in_user(from, false);
    }
    return err;
}

/* FUTEX_OP_*: the value that follows `old`. */
static uint32_t op_apply(unsigned op, uint32_t old, uint32_t arg)
{
    switch (op) {
    case FUTEX_OP_SET:
        return arg;
    case FUTEX_OP_ADD:
        return old + arg;
    case FUTEX_OP_OR:
        return old | arg;
    case FUTEX_OP_ANDN:
        return old & ~arg;
    default:
        return old ^ arg;
    }
}

static bool op_compare(unsigned cmp, int32_t old, int32_t arg)
{
    switch (cmp) {
    case FUTEX_OP_CMP_EQ:
        return old == arg;
    case FUTEX_OP_CMP_NE:
        return old != arg;
    case FUTEX_OP_CMP_LT:
        return old < arg;
    case FUTEX_OP_CMP_LE:
        return old <= arg;
    case FUTEX_OP_CMP_GT:
        return old > arg;
    default:
        return old >= arg;
    }
}

/* Changes *uaddr as `op` says. 1: its comparison holds, 0: it does not, −EFAULT: page not
 * present. */
static int op_execute(uint32_t __user *uaddr, uint32_t op)
{
    unsigned code = op >> 28 & 7, cmp = op >> 24 & 15;
    int32_t op_arg = (int32_t)(op << 8) >> 20, cmp_arg = (int32_t)(op << 20) >> 20;
    uint32_t seen, old;

    if (op >> 28 & FUTEX_OP_OPARG_SHIFT)
        op_arg = (int32_t)(1U << (op_arg & 31));
    int err = get_user_u32_nofault(&seen, uaddr);
    while (err == 0) {
        err = cmpxchg_user_u32_nofault(uaddr, seen, op_apply(code, seen, (uint32_t)op_arg), &old);
        if (err == 0 && old == seen)
            return op_compare(cmp, (int32_t)old, cmp_arg);
        seen = old;
    }
    return err;
}

static bool op_is_valid(uint32_t op)
{
    return (op >> 28 & 7) <= FUTEX_OP_XOR && (op >> 24 & 15) <= FUTEX_OP_CMP_GE;
}

int futex_wake_op(uint32_t __user *uaddr1, uint32_t __user *uaddr2, enum futex_scope scope,
                  int nr_wake, int nr_wake2, uint32_t op)
{
    struct futex_key key1, key2;
    int err = make_key(&key1, uaddr1, scope);

    if (err == 0)
        err = make_key(&key2, uaddr2, scope);
    if (err == 0 && !op_is_valid(op))
        err = -ENOSYS;
    while (err == 0) {
        struct futex_bucket *b1 = bucket_of(&key1), *b2 = bucket_of(&key2);
        struct wake_list list = WAKE_LIST_EMPTY;
        struct bucket_pair pair = pair_lock(b1, b2);
        int holds = op_execute(uaddr2, op);
        int count = holds < 0 ? 0 : wake_matching(b1, &key1, nr_wake, ~0U, &list);
        if (holds > 0)
            count += wake_matching(b2, &key2, nr_wake2, ~0U, &list);
        pair_unlock(&pair);
        wake_listed(&list);
        if (holds >= 0)
            return count;
        err = fault_in_user(uaddr2, true);
    }
    return err;
}
