/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB maintenance. All cores share one set of page tables, so every core may hold
 * any translation. A halted core is not interrupted: it flushes before it runs a
 * task again if it may have missed a flush.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include <hermit/percpu.h>

static inline void tlb_flush_page_local(vaddr_t va)
{
    __asm__ volatile("invlpg (%0)" ::"r"(va) : "memory");
}

/*
 * Flushes [start, end) of the application's half on all cores. `tables`: page tables
 * were removed too; then idle cores are interrupted as well, as they may walk the
 * tables speculatively. Interrupts on and no spin lock held, once other cores run.
 */
void tlb_flush_range(vaddr_t start, vaddr_t end, bool tables);

/* The idle task calls these around its halt, interrupts off; in between, the core must not touch
 * the application's half. A starting core counts as halted. */
void tlb_idle_enter(void);
void tlb_idle_exit(void);

#endif
