/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB maintenance. All cores share one set of page tables, so every core may hold
 * any translation. A core that idles is not disturbed: it is marked stale and
 * flushes before it runs a task again.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <hermit/percpu.h>

enum tlb_state {
    TLB_ACTIVE, /* flush by IPI */
    TLB_LAZY,   /* idle: does not use the application's half */
    TLB_STALE,  /* idle, and a flush is due */
};

static inline void tlb_flush_page_local(vaddr_t va)
{
    __asm__ volatile("invlpg (%0)" ::"r"(va) : "memory");
}

/*
 * Flushes [start, end) of the application's half on all cores. `tables`: page
 * tables were removed too, which idle cores must not overlook, as they may walk
 * them speculatively. Interrupts on and no spin lock held, once other cores run.
 */
void tlb_flush_range(vaddr_t start, vaddr_t end, bool tables);

/* The idle task calls these around its halt, interrupts off; in between the core must not touch
 * the application's half. */
static inline void tlb_idle_enter(void)
{
    atomic_store_explicit(&this_cpu()->vm.tlb_state, TLB_LAZY, memory_order_release);
}
void tlb_idle_flush(void);
static inline void tlb_idle_exit(void)
{
    /* Pairs with the exchange in tlb_flush_range: either that saw ACTIVE and sends an IPI, or this
     * sees STALE. */
    if (atomic_exchange_explicit(&this_cpu()->vm.tlb_state, TLB_ACTIVE, memory_order_seq_cst) ==
        TLB_STALE)
        tlb_idle_flush();
}

#endif
