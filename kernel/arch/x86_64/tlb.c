/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB shoot-down. Owns the mask of busy cores and the count of flushes. No locks:
 * concurrent flushes are independent, and a core that waits serves the requests of
 * others.
 */
#include <arch/tlb.h>
#include <hermit/chaos.h>
#include <hermit/cpumask.h>
#include <hermit/irq.h>

#define FLUSH_ALL_ABOVE 32 /* pages: beyond it reloading CR3 costs less than single flushes */

struct flush_request {
    vaddr_t start, end;
};

/* A flush counts itself, then looks who is busy; a core that ends its halt says that it is busy,
 * then looks at the count: one of the two sees the other. */
static _Atomic uint64_t flushes;
static _Atomic uint64_t busy[ARRAY_SIZE(((struct cpumask *)0)->bits)] = {1};

static void flush_all_local(void)
{
    unsigned long cr3;
    __asm__ volatile("movq %%cr3, %0; movq %0, %%cr3" : "=r"(cr3)::"memory");
}

static void flush_local(void *arg)
{
    const struct flush_request *r = arg;
    if ((r->end - r->start) >> PAGE_SHIFT > FLUSH_ALL_ABOVE) {
        flush_all_local();
        return;
    }
    for (vaddr_t va = r->start; va < r->end; va += PAGE_SIZE)
        tlb_flush_page_local(va);
}

void tlb_idle_enter(void)
{
    struct cpu *c = this_cpu();

    c->vm.tlb_flushes = atomic_load_explicit(&flushes, memory_order_relaxed);
    chaos_point("tlb_idle_enter");
    atomic_fetch_and_explicit(&busy[c->id / 64], ~(1UL << c->id % 64), memory_order_seq_cst);
}

void tlb_idle_exit(void)
{
    struct cpu *c = this_cpu();

    atomic_fetch_or_explicit(&busy[c->id / 64], 1UL << c->id % 64, memory_order_seq_cst);
    chaos_point("tlb_idle_exit");
    if (atomic_load_explicit(&flushes, memory_order_seq_cst) != c->vm.tlb_flushes)
        flush_all_local();
}

void tlb_flush_range(vaddr_t start, vaddr_t end, bool tables)
{
    struct flush_request request = {start, end};
    struct cpumask mask;

    flush_local(&request);
    if (nr_cpus <= 1)
        return;
    if (tables) {
        mask = cpumask_first_n(nr_cpus);
    } else {
        atomic_fetch_add_explicit(&flushes, 1, memory_order_seq_cst);
        chaos_point("tlb_flush_counted");
        for (unsigned i = 0; i < ARRAY_SIZE(mask.bits); i++)
            mask.bits[i] = atomic_load_explicit(&busy[i], memory_order_seq_cst);
    }
    cpumask_clear(&mask, this_cpu()->id);
    chaos_point("tlb_flush_mask");
    ipi_call(&mask, flush_local, &request);
}
