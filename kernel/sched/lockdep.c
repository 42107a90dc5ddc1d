/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lock-order checking of the debug build (hermit/spinlock.h).
 *
 * Locks are told apart by class, which is their name. When a lock is taken while
 * others are held, "held before taken" is recorded between their classes; the
 * relation is kept closed, so the first order that could end in a deadlock is
 * found even if the deadlock does not happen. Two locks of one class must be
 * taken in order of address.
 *
 * `held` of a core is touched by that core only, with interrupts off. The tables
 * of classes are protected by `busy`, a plain flag: it is inside every lock.
 */
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/spinlock.h>
#include <hermit/string.h>

#ifdef HERMIT_DEBUG_LOCKS

#define MAX_CLASSES 64
#define MAX_HELD    12

static const char *class_name[MAX_CLASSES];
static uint64_t after[MAX_CLASSES]; /* bit j: class j was taken with this one held, or follows */
static unsigned nr_classes;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static struct {
    struct spinlock *lock[MAX_HELD];
    unsigned nr;
} held[MAX_CPUS];

static _Atomic bool off; /* a report is being made */

static void table_lock(void)
{
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        arch_cpu_relax();
}

static void table_unlock(void)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

/* Class of a lock; −1 if it has no name yet (zeroed memory) or there are too many. */
static int class_of(const struct spinlock *lock)
{
    if (lock->name == NULL)
        return -1;
    for (unsigned i = 0; i < nr_classes; i++)
        if (class_name[i] == lock->name || strcmp(class_name[i], lock->name) == 0)
            return (int)i;
    if (nr_classes == MAX_CLASSES)
        return -1;
    class_name[nr_classes] = lock->name;
    return (int)nr_classes++;
}

void lockdep_print_held(void)
{
    unsigned cpu = this_cpu()->id;

    for (unsigned i = 0; i < held[cpu].nr; i++)
        klog("held by CPU %u: %s (%p)\n", cpu, held[cpu].lock[i]->name, (void *)held[cpu].lock[i]);
}

_Noreturn static void complain(const char *what, const struct spinlock *taken,
                               const struct spinlock *other)
{
    atomic_store_explicit(&off, true, memory_order_relaxed);
    table_unlock();
    lockdep_print_held();
    panic("locks: %s: taking %s (%p) while holding %s (%p)", what, taken->name, (const void *)taken,
          other->name, (const void *)other);
}

/* Records that `b` was taken with `a` held, and what follows from that. */
static void add_order(unsigned a, unsigned b)
{
    uint64_t new = after[b] | 1UL << b;

    for (unsigned i = 0; i < nr_classes; i++)
        if (i == a || after[i] >> a & 1)
            after[i] |= new;
}

static void check_pair(struct spinlock *outer, struct spinlock *inner)
{
    int a = class_of(outer), b = class_of(inner);

    if (outer == inner)
        complain("recursion", inner, outer);
    if (a < 0 || b < 0)
        return;
    if (a == b) {
        if (outer > inner)
            complain("two of a class against the order of addresses", inner, outer);
        return;
    }
    if (after[b] >> a & 1)
        complain("order", inner, outer);
    if (!(after[a] >> b & 1))
        add_order((unsigned)a, (unsigned)b);
}

void lockdep_acquire(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    if (atomic_load_explicit(&off, memory_order_relaxed) || held[cpu].nr == 0)
        return;
    table_lock();
    for (unsigned i = 0; i < held[cpu].nr; i++)
        check_pair(held[cpu].lock[i], lock);
    table_unlock();
}

void lockdep_acquired(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    lock->holder = (uint16_t)(cpu + 1);
    if (atomic_load_explicit(&off, memory_order_relaxed))
        return;
    if (held[cpu].nr == MAX_HELD)
        panic("locks: more than %d held", MAX_HELD);
    held[cpu].lock[held[cpu].nr++] = lock;
}

void lockdep_release(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    if (atomic_load_explicit(&off, memory_order_relaxed))
        return;
    if (lock->holder != cpu + 1) {
        atomic_store_explicit(&off, true, memory_order_relaxed);
        panic("locks: CPU %u releases %s (%p), holder is %d", cpu, lock->name, (void *)lock,
              lock->holder - 1);
    }
    lock->holder = 0;
    for (unsigned i = held[cpu].nr; i-- > 0;) {
        if (held[cpu].lock[i] != lock)
            continue;
        held[cpu].nr--;
        for (; i < held[cpu].nr; i++)
            held[cpu].lock[i] = held[cpu].lock[i + 1];
        return;
    }
}

unsigned lockdep_nr_held(void)
{
    return held[this_cpu()->id].nr;
}

#endif
