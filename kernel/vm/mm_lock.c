/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Access to VMAs: mm.lock, and the path of page faults without it. Owns each core's
 * `vm.fault` and mm.tree.sequence. The argument that both sides never work in one area
 * at once is in docs/concurrency.md, section "page faults"; its models are
 * tests/models/page_fault*.pml.
 */
#include "vm_internal.h"
#include <arch/cpu.h>
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>

#define LOOKING     1UL /* bit of vm.fault: may be using any VMA, not only the one of its address */
#define DEPTH_MAX   64  /* steps of a look-up: far more than the depth of any tree */
#define ENTER_TRIES 50  /* changes of the tree are short */
#define DRAIN_TRIES 1000
#define DRAIN_NAP   50000UL /* ns */

/* Taken to change VMAs, or to look at more than one. */
static struct mutex lock = {.lock = SPINLOCK_INIT("mutex"),
                            .waiters = LIST_INIT(lock.waiters),
                            LOCK_NAME_INIT(LOCKDEP_MM_LOCK)};

void mm_lock(void)
{
    mutex_lock(&lock);
}

void mm_unlock(void)
{
    if (unlikely(mm.held != NULL))
        mm_release();
    mutex_unlock(&lock);
}

/*
 * The VMA of `addr`; the caller checks by the sequence that the tree did not change. Links
 * lead to valid VMAs even during a change: mm_drain() delays the freeing of removed ones.
 */
static inline struct vma *look_up(vaddr_t addr)
{
    struct rb_node *n = peek(mm.tree.root.node);
    for (unsigned left = DEPTH_MAX; n != NULL && left != 0; left--) {
        struct vma *v = rb_entry(n, struct vma, link);
        if (addr < peek(v->start))
            n = peek(n->left);
        else if (likely(addr >= peek(v->end)))
            n = peek(n->right);
        else
            return v;
    }
    return NULL;
}

/* Enters under mm.lock, after the optimistic tries have failed. */
SMALL __attribute__((noinline)) static struct vma *enter_in_turn(vaddr_t addr)
{
    mm_lock();
    struct vma *v = vma_find(&mm.tree, addr);
    if (v != NULL && v->start > addr)
        v = NULL;
    ASSERT(v == NULL || !v->held);
    if (v != NULL) /* the lock orders this before the next owner, which drains */
        atomic_store_explicit(&cpu_vm(this_cpu())->fault, addr & ~LOOKING, memory_order_relaxed);
    mm_unlock();
    return v;
}

struct vma *mm_enter(vaddr_t addr)
{
    _Atomic vaddr_t *fault = &cpu_vm(this_cpu())->fault;
    lockdep_sleep_acquire(&lock, LOCKDEP_MM_LOCK); /* enter_in_turn() may take it */
    ASSERT(load_relaxed(fault) == 0);
    for (unsigned tries = 0; tries < ENTER_TRIES; tries++) {
        /* seq_cst: before the look at the tree; pairs with the fence in mm_drain() */
        atomic_exchange_explicit(fault, addr | LOOKING, memory_order_seq_cst);
        chaos_point("mm_fault_announced");
        /* acquire: pairs with mm_change_end() */
        unsigned before = atomic_load_explicit(&mm.tree.sequence, memory_order_acquire);
        struct vma *v = look_up(addr);
        if (likely(v != NULL) && unlikely(peek(v->held)))
            v = NULL;
        /* acquire: orders the look-up before the second read; pairs with mm_change_begin()'s */
        atomic_thread_fence(memory_order_acquire);
        bool same = !(before & 1) &&
                    atomic_load_explicit(&mm.tree.sequence, memory_order_relaxed) == before;
        chaos_point("mm_fault_looked");
        if (likely(same) && likely(v != NULL)) {
            atomic_store_explicit(fault, addr & ~LOOKING, memory_order_release); /* pairs: drain */
            return v;
        }
        atomic_store_explicit(fault, 0, memory_order_release); /* pairs: mm_drain() */
        if (same)
            break; /* no VMA there, or it is held */
        arch_cpu_relax();
    }
    return enter_in_turn(addr);
}

#ifdef HERMIT_ASSERT
bool vm_is_entered(void)
{
    return load_relaxed(&cpu_vm(this_cpu())->fault) != 0;
}
#endif

/* True while the fault first read as `first` still runs and may use a VMA in [start, end). */
static bool in_the_way(vaddr_t first, vaddr_t now, vaddr_t start, vaddr_t end)
{
    return (first | LOOKING) == (now | LOOKING) && (now & LOOKING || (start <= now && now < end));
}

void mm_wait_for_faults(vaddr_t start, vaddr_t end)
{
    unsigned tries = 0;
    /* seq_cst: after the change that was published; pairs with the exchange in mm_enter() */
    atomic_thread_fence(memory_order_seq_cst);
    for (unsigned i = 0; i < nr_cpus; i++) {
        _Atomic vaddr_t *fault = &cpu_vm(cpus[i])->fault;
        /* acquire: what the fault did; pairs with mm_leave() */
        vaddr_t first = atomic_load_explicit(fault, memory_order_acquire), now = first;
        while (first != 0 && in_the_way(first, now, start, end)) {
            if (++tries % DRAIN_TRIES == 0) /* the host may have preempted that core */
                sleep_until(clock_monotonic() + DRAIN_NAP, 0);
            arch_cpu_relax();
            now = atomic_load_explicit(fault, memory_order_acquire);
        }
    }
}

void mm_hold(struct vma *v)
{
    if (v->held)
        return;
    mm_change_begin();
    poke(v->held, true);
    mm_change_end();
    v->next_held = mm.held;
    mm.held = v;
    mm_drain(v->start, v->end);
}

void mm_release(void)
{
    chaos_point("mm_held");
    if (mm.held == NULL)
        return;
    mm_change_begin();
    for (; mm.held != NULL; mm.held = mm.held->next_held)
        poke(mm.held->held, false);
    mm_change_end();
}
