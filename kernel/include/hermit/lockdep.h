/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks the order of locks in a debug build (HERMIT_DEBUG_LOCKS); empty in any
 * other. A lock's class is its name; every lock has one. Spin locks are held by a
 * core, sleeping locks (mutex, rwlock, mm.lock) by a task. docs/locking.md has the
 * order.
 *
 * A lock that a function may take counts as taken: an access to the application's
 * memory takes mm.lock (it may fault), a put of an open file may be the last one. So
 * every run that reaches the code reports an order that could deadlock, whether or
 * not it does in this run.
 */
#ifndef HERMIT_LOCKDEP_H
#define HERMIT_LOCKDEP_H

#include <stdbool.h>
#include <stdint.h>

#define LOCKDEP_MM_LOCK  "mm.lock"
#define LOCKDEP_LAST_PUT "file.release" /* not a lock: the last put of an open file, see file_put */

#ifdef HERMIT_DEBUG_LOCKS

#define LOCKDEP_TASK_HELD 10

struct spinlock;

struct lockdep_held {
    const void *lock;
    const char *name;
};

struct lockdep_task { /* of a task; touched by that task only */
    struct lockdep_held held[LOCKDEP_TASK_HELD];
    unsigned nr;
};
struct task;
struct lockdep_task *task_lockdep(const struct task *t); /* kernel/task.c */

void lockdep_acquire(struct spinlock *lock); /* before spinning: order, recursion */
void lockdep_acquired(struct spinlock *lock);
void lockdep_release(struct spinlock *lock);

/* The same for sleeping locks. Taking one may sleep, so this includes might_sleep(). */
void lockdep_sleep_acquire(const void *lock, const char *name);
void lockdep_sleep_acquired(const void *lock, const char *name);
void lockdep_sleep_release(const void *lock);

/* The calling task may take a sleeping lock of this class here, though it rarely does. */
void lockdep_may_take(const char *name);

/* The calling task may touch the application's memory: sleep, and take mm.lock. */
void might_fault(void);

void lockdep_print_held(void);  /* to the log, for panic */
void lockdep_print_order(void); /* to the log: every pair "held, then taken" that was seen */
unsigned lockdep_nr_held(void); /* spin locks, by this core */

#else

struct lockdep_task {
};

static inline void lockdep_sleep_acquire(const void *lock, const char *name)
{
    (void)lock;
    (void)name;
}

static inline void lockdep_sleep_acquired(const void *lock, const char *name)
{
    (void)lock;
    (void)name;
}

static inline void lockdep_sleep_release(const void *lock)
{
    (void)lock;
}

static inline void lockdep_may_take(const char *name)
{
    (void)name;
}

static inline void might_fault(void)
{
}

static inline void lockdep_print_held(void)
{
}

static inline void lockdep_print_order(void)
{
}

static inline unsigned lockdep_nr_held(void)
{
    return 0;
}

#endif

#ifdef HERMIT_ASSERT
/* Marks code that may sleep, or wait for another core, even if it does not this time: panics if a
 * spin lock is held, interrupts are off or an interrupt is being handled. */
void might_sleep(void);
#else
static inline void might_sleep(void)
{
}
#endif

#endif
