/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLB shoot-down. Owns the mask of busy cores and the counts of flushes. No locks:
 * concurrent flushes are independent, and a waiting core serves others' requests.
 * How a flush and a core that goes idle do not miss each other:
 * docs/concurrency.md, "TLB shoot-down and idle cores".
 */
#include <arch/tlb.h>
#include <hermit/chaos.h>
#include <hermit/cpumask.h>
#include <hermit/irq.h>
#include <hermit/lockdep.h>
#include <stdatomic.h>

#define FLUSH_ALL_ABOVE 32 /* pages: beyond it reloading CR3 costs less than single flushes */

struct flush_request {
    vaddr_t start, end;
};

static _Atomic uint64_t begun;     /* flushes that may have read `busy`, or will */
static _Atomic uint64_t announced; /* flushes that have read it; never above `begun` */
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

    /* acquire: the save comes before the core leaves the mask; pairs with the release below */
    c->arch.tlb_saved = atomic_load_explicit(&announced, memory_order_acquire);
    chaos_point("tlb_idle_enter");
    atomic_fetch_and_explicit(&busy[c->id / 64], ~(1UL << c->id % 64), memory_order_seq_cst);
}

void tlb_idle_exit(void)
{
    struct cpu *c = this_cpu();

    /* write `busy`, read `begun`: pairs with read_busy(), in the opposite order */
    atomic_fetch_or_explicit(&busy[c->id / 64], 1UL << c->id % 64, memory_order_seq_cst);
    chaos_point("tlb_idle_exit");
    if (atomic_load_explicit(&begun, memory_order_seq_cst) != c->arch.tlb_saved)
        flush_all_local();
}

/* Writes `begun`, reads `busy`: pairs with tlb_idle_exit(). */
static void read_busy(struct cpumask *mask)
{
    atomic_fetch_add_explicit(&begun, 1, memory_order_seq_cst);
    chaos_point("tlb_flush_counted");
    for (unsigned i = 0; i < ARRAY_SIZE(mask->bits); i++)
        mask->bits[i] = atomic_load_explicit(&busy[i], memory_order_seq_cst);
    atomic_fetch_add_explicit(&announced, 1, memory_order_release); /* pairs: tlb_idle_enter() */
}

void tlb_flush_range(vaddr_t start, vaddr_t end, bool tables)
{
    struct flush_request request = {start, end};
    struct cpumask mask;

    might_sleep();
    flush_local(&request);
    if (nr_cpus <= 1)
        return;
    if (tables)
        mask = cpumask_first_n(nr_cpus);
    else
        read_busy(&mask);
    cpumask_clear(&mask, this_cpu()->id);
    chaos_point("tlb_flush_mask");
    ipi_call(&mask, flush_local, &request);
}
