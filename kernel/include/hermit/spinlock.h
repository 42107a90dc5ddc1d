/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spin locks. Taking one disables interrupts on this core until the unlock restores
 * them (the kernel is not preemptible, so this suffices to keep the holder on its
 * core). Deliberately not fair: virtual CPUs may share fewer host CPUs, and with
 * tickets each hand-over could wait for a CPU that the host does not run.
 *
 * The holder must not sleep or fault. The order of locks is in docs/locking.md; a
 * debug build (HERMIT_DEBUG_LOCKS) checks it by lock class, which is the `name` given
 * at initialisation: every lock has one.
 */
#ifndef HERMIT_SPINLOCK_H
#define HERMIT_SPINLOCK_H

#include <arch/cpu.h>
#include <hermit/lockdep.h>
#include <hermit/types.h>
#include <stdatomic.h>

struct spinlock {
    _Atomic uint32_t locked; /* 1: held */
#ifdef HERMIT_DEBUG_LOCKS
    uint16_t holder; /* CPU + 1, 0: free */
    const char *name;
#endif
};

#ifdef HERMIT_DEBUG_LOCKS
#define SPINLOCK_INIT(n) {.name = (n)}
#else
#define SPINLOCK_INIT(n) {0}
static inline void lockdep_acquire(struct spinlock *lock)
{
    (void)lock;
}
static inline void lockdep_acquired(struct spinlock *lock)
{
    (void)lock;
}
static inline void lockdep_release(struct spinlock *lock)
{
    (void)lock;
}
#endif

static inline void spin_init(struct spinlock *lock, const char *name)
{
    *lock = (struct spinlock)SPINLOCK_INIT(name);
    (void)name;
}

/* spin_lock() and spin_unlock() for callers that have interrupts off already. */
static inline void spin_lock_irqs_off(struct spinlock *lock)
{
    lockdep_acquire(lock);
    /* acquire: pairs with the release in spin_unlock_irqs_off() */
    while (unlikely(atomic_exchange_explicit(&lock->locked, 1, memory_order_acquire)))
        while (atomic_load_explicit(&lock->locked, memory_order_relaxed))
            arch_cpu_relax();
    lockdep_acquired(lock);
}

static inline void spin_unlock_irqs_off(struct spinlock *lock)
{
    lockdep_release(lock);
    atomic_store_explicit(&lock->locked, 0, memory_order_release);
}

/* Disables interrupts and takes the lock; returns the interrupt state for spin_unlock(). */
static inline unsigned long spin_lock(struct spinlock *lock)
{
    unsigned long irq = arch_irq_save();
    spin_lock_irqs_off(lock);
    return irq;
}

/* Tries once. True: held, *irq is for spin_unlock(). False: interrupts are as before. */
static inline bool spin_trylock(struct spinlock *lock, unsigned long *irq)
{
    *irq = arch_irq_save();
    if (!atomic_exchange_explicit(&lock->locked, 1, memory_order_acquire)) {
        lockdep_acquired(lock);
        return true;
    }
    arch_irq_restore(*irq);
    return false;
}

static inline void spin_unlock(struct spinlock *lock, unsigned long irq)
{
    spin_unlock_irqs_off(lock);
    arch_irq_restore(irq);
}

#endif
