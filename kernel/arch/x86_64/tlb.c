/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB shoot-down. Owns tlb_state of each core. No locks: concurrent flushes are
 * independent, and a core that waits serves the requests of others.
 */
#include <arch/tlb.h>
#include <hermit/irq.h>

#define FLUSH_ALL_ABOVE 32 /* pages: beyond it reloading CR3 costs less than single flushes */

struct flush_request {
    vaddr_t start, end;
};

void tlb_idle_flush(void)
{
    unsigned long cr3;
    __asm__ volatile("movq %%cr3, %0; movq %0, %%cr3" : "=r"(cr3)::"memory");
}

static void flush_local(void *arg)
{
    const struct flush_request *r = arg;
    if ((r->end - r->start) >> PAGE_SHIFT > FLUSH_ALL_ABOVE) {
        tlb_idle_flush();
        return;
    }
    for (vaddr_t va = r->start; va < r->end; va += PAGE_SIZE)
        tlb_flush_page_local(va);
}

/* True if the core must be interrupted; an idle one is left a note instead. */
static bool needs_ipi(struct cpu *c, bool tables)
{
    if (tables)
        return true;
    unsigned state = TLB_LAZY;
    if (atomic_compare_exchange_strong_explicit(&c->vm.tlb_state, &state, TLB_STALE,
                                                memory_order_seq_cst, memory_order_seq_cst))
        return false;
    return state == TLB_ACTIVE;
}

void tlb_flush_range(vaddr_t start, vaddr_t end, bool tables)
{
    struct flush_request request = {start, end};
    struct cpumask mask = {0};
    bool any = false;

    flush_local(&request);
    if (nr_cpus <= 1)
        return;
    unsigned self = this_cpu()->id;
    for (unsigned i = 0; i < nr_cpus; i++) {
        if (i != self && cpus[i] != NULL && cpus[i]->online && needs_ipi(cpus[i], tables)) {
            cpumask_set(&mask, i);
            any = true;
        }
    }
    if (any)
        ipi_call(&mask, flush_local, &request);
}
