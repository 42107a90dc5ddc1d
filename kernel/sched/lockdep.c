/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lock-order checking of the debug build (hermit/lockdep.h).
 *
 * When a lock is taken while others are held, "held before taken" is recorded between
 * their classes; the relation is kept transitively closed, so the first order that
 * could end in a deadlock is found even if the deadlock does not happen. Two locks of
 * one class must be taken in order of address. Spin locks are compared with spin locks
 * and sleeping locks with sleeping locks: no sleeping lock is taken inside a spin lock
 * (might_sleep), so the two kinds cannot be part of one cycle.
 *
 * A core's list of held locks is used by that core only, with interrupts off; a task's
 * by that task only. Classes and relation only grow and are read without a lock: a bit
 * that is not visible yet leads to the slow path, which checks again with `busy` held,
 * a plain flag inside every lock.
 */
#include <arch/cpu.h>
#include <hermit/atomic.h>
#include <hermit/lockdep.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/spinlock.h>
#include <hermit/string.h>
#include <hermit/task.h>

#ifdef HERMIT_ASSERT
void might_sleep(void)
{
    if (!arch_irqs_enabled() || this_cpu()->irq_depth != 0 || lockdep_nr_held() != 0) {
        lockdep_print_held();
        panic("may sleep with interrupts %s, %u spin locks held, %u interrupts handled",
              arch_irqs_enabled() ? "on" : "off", lockdep_nr_held(), this_cpu()->irq_depth);
    }
}
#endif

#ifdef HERMIT_DEBUG_LOCKS

#define MAX_CLASSES 64
#define MAX_HELD    12

static const char *class_name[MAX_CLASSES];
static _Atomic uint64_t after[MAX_CLASSES]; /* bit j: class j was taken with this one held */
static uint64_t seen[MAX_CLASSES];          /* only orders seen; written under `busy` */
static _Atomic unsigned nr_classes;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static struct {
    struct spinlock *lock[MAX_HELD];
    unsigned nr;
} held[MAX_CPUS];

static _Atomic bool off; /* a report is being made */

/* Interrupts off: an interrupt handler takes locks, too. */
static unsigned long table_lock(void)
{
    unsigned long irq = arch_irq_save();

    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) /* pairs: table_unlock */
        arch_cpu_relax();
    return irq;
}

static void table_unlock(unsigned long irq)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
    arch_irq_restore(irq);
}

static bool is_off(void)
{
    return atomic_load_explicit(&off, memory_order_relaxed);
}

/* −1: not known yet. */
static int find_class(const char *name)
{
    /* acquire: the names up to there; pairs with class_of() */
    unsigned n = atomic_load_explicit(&nr_classes, memory_order_acquire);

    for (unsigned i = 0; i < n; i++)
        if (class_name[i] == name || strcmp(class_name[i], name) == 0)
            return (int)i;
    return -1;
}

static unsigned class_of(const char *name)
{
    ASSERT(name != NULL); /* every lock has a name: spin_init, mutex_init */
    int class = find_class(name);

    if (class >= 0)
        return (unsigned)class;
    unsigned long irq = table_lock();
    class = find_class(name);
    if (class < 0) {
        class = (int)atomic_load_explicit(&nr_classes, memory_order_relaxed);
        ASSERT(class < MAX_CLASSES);
        class_name[class] = name;
        atomic_store_explicit(&nr_classes, (unsigned)class + 1, memory_order_release);
    }
    table_unlock(irq);
    return (unsigned)class;
}

static void print_task(const struct task *t)
{
    for (unsigned i = 0; t != NULL && i < task_lockdep(t)->nr; i++)
        klog("held by task %d: %s (%p)\n", t->tid, task_lockdep(t)->held[i].name,
             task_lockdep(t)->held[i].lock);
}

void lockdep_print_held(void)
{
    unsigned cpu = this_cpu()->id;

    for (unsigned i = 0; i < held[cpu].nr; i++)
        klog("held by CPU %u: %s (%p)\n", cpu, held[cpu].lock[i]->name, (void *)held[cpu].lock[i]);
    print_task(current_task());
}

/* Writes the path between two classes by orders that were seen. `busy` is held for good. */
static void describe_way(unsigned from, unsigned to, char *text, size_t size)
{
    size_t length = (size_t)ksnprintf(text, size, "%s", class_name[from]);

    for (unsigned steps = 0; from != to && steps < MAX_CLASSES && length < size; steps++) {
        unsigned next = to;
        for (unsigned i = 0; !(seen[from] >> to & 1) && i < MAX_CLASSES; i++)
            if (seen[from] >> i & 1 && load_relaxed(&after[i]) >> to & 1)
                next = i;
        from = next;
        length += (size_t)ksnprintf(text + length, size - length, " > %s", class_name[from]);
    }
}

_Noreturn static void complain(const char *what, struct lockdep_held taken,
                               struct lockdep_held other, bool order)
{
    static char way[160];

    atomic_store_explicit(&off, true, memory_order_relaxed);
    table_lock();
    if (order)
        describe_way((unsigned)find_class(taken.name), (unsigned)find_class(other.name), way,
                     sizeof(way));
    lockdep_print_held();
    panic("locks: %s: taking %s (%p) while holding %s (%p)%s%s", what, taken.name, taken.lock,
          other.name, other.lock, order ? ", but " : "", way);
}

/* Records that `b` was taken with `a` held, and what follows from that. `busy` is held. */
static void add_order(unsigned a, unsigned b)
{
    uint64_t new = load_relaxed(&after[b]) | 1UL << b;

    seen[a] |= 1UL << b;
    for (unsigned i = 0; i < load_relaxed(&nr_classes); i++)
        if (i == a || load_relaxed(&after[i]) >> a & 1)
            atomic_fetch_or_explicit(&after[i], new, memory_order_relaxed);
}

static bool follows(unsigned a, unsigned b)
{
    return atomic_load_explicit(&after[a], memory_order_relaxed) >> b & 1;
}

static void check_pair(struct lockdep_held outer, struct lockdep_held inner)
{
    unsigned a = class_of(outer.name), b = class_of(inner.name);

    if (outer.lock == inner.lock)
        complain("recursion", inner, outer, false);
    if (a == b) {
        if (outer.lock > inner.lock)
            complain("two of a class against the order of addresses", inner, outer, false);
        return;
    }
    if (likely(seen[a] >> b & 1))
        return;
    unsigned long irq = table_lock();
    bool wrong = follows(b, a);
    if (!wrong)
        add_order(a, b);
    table_unlock(irq);
    if (wrong)
        complain("order", inner, outer, true);
}

void lockdep_acquire(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    ASSERT(lock->name != NULL);
    if (is_off())
        return;
    for (unsigned i = 0; i < held[cpu].nr; i++)
        check_pair((struct lockdep_held){held[cpu].lock[i], held[cpu].lock[i]->name},
                   (struct lockdep_held){lock, lock->name});
}

void lockdep_acquired(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    lock->holder = (uint16_t)(cpu + 1);
    if (is_off())
        return;
    if (held[cpu].nr == MAX_HELD)
        panic("locks: more than %d held", MAX_HELD);
    held[cpu].lock[held[cpu].nr++] = lock;
}

void lockdep_release(struct spinlock *lock)
{
    unsigned cpu = this_cpu()->id;

    if (is_off())
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

static void check_task(struct lockdep_held inner)
{
    const struct task *t = current_task();

    for (unsigned i = 0; t != NULL && i < task_lockdep(t)->nr; i++)
        check_pair(task_lockdep(t)->held[i], inner);
}

void lockdep_sleep_acquire(const void *lock, const char *name)
{
    if (is_off())
        return;
    might_sleep();
    check_task((struct lockdep_held){lock, name});
}

void lockdep_sleep_acquired(const void *lock, const char *name)
{
    struct lockdep_task *mine = task_lockdep(current_task());

    ASSERT(name != NULL && mine->nr < LOCKDEP_TASK_HELD);
    mine->held[mine->nr++] = (struct lockdep_held){lock, name};
}

void lockdep_sleep_release(const void *lock)
{
    struct lockdep_task *mine = task_lockdep(current_task());
    unsigned i = mine->nr;

    while (i > 0 && mine->held[i - 1].lock != lock)
        i--;
    if (i == 0 && !is_off())
        panic("locks: task %d releases %p, which it does not hold", current_task()->tid, lock);
    for (; i > 0 && i < mine->nr; i++)
        mine->held[i - 1] = mine->held[i];
    mine->nr -= i > 0;
}

void lockdep_may_take(const char *name)
{
    /* No address: counts as above all others of its class, as a release may put another file. */
    lockdep_sleep_acquire((const void *)UINTPTR_MAX, name);
}

void might_fault(void)
{
    if (!(current_task()->flags & TASK_NOFAULT))
        lockdep_sleep_acquire(NULL, LOCKDEP_MM_LOCK); /* below all others: there is only one */
}

void lockdep_print_order(void)
{
    for (unsigned a = 0; a < load_relaxed(&nr_classes); a++)
        for (unsigned b = 0; b < load_relaxed(&nr_classes); b++)
            if (seen[a] >> b & 1)
                klog("lockdep: %s > %s\n", class_name[a], class_name[b]);
}

#endif
