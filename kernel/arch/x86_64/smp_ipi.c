/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts between cores. A call is written into the caller's own struct cpu
 * (one at a time: the kernel is not preempted) and announced by its bit in the
 * target's call_requests; no locks. A core that waits for its call has interrupts
 * on and so serves others: two cores that call each other do not deadlock.
 * docs/concurrency.md, "Calls between cores".
 */
#include "apic.h"
#include "smp.h"
#include "traps.h"
#include <arch/cpu.h>
#include <arch/init.h>
#include <hermit/chaos.h>
#include <hermit/irq.h>
#include <hermit/lockdep.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <stdatomic.h>

static _Atomic unsigned stopper; /* id + 1 of the core that stops the others; 0: none */

void ipi_reschedule(unsigned cpu)
{
    apic_send(cpus[cpu]->arch.apic_id, VECTOR_RESCHEDULE);
}

static void run_call(struct cpu *caller)
{
    chaos_point("ipi_serve");
    caller->arch.call_fn(caller->arch.call_arg);
    chaos_point("ipi_served");
    /* release: the caller may reuse the slot; pairs with ipi_call()'s acquire */
    atomic_fetch_sub_explicit(&caller->arch.call_pending, 1, memory_order_release);
}

void ipi_serve(struct cpu *cpu)
{
    for (unsigned i = 0; i < ARRAY_SIZE(cpu->arch.call_requests); i++) {
        /* acquire: the caller's slot; pairs with request() */
        uint64_t callers =
            atomic_exchange_explicit(&cpu->arch.call_requests[i], 0, memory_order_acquire);
        for (; callers != 0; callers &= callers - 1)
            run_call(cpus[i * 64 + (unsigned)__builtin_ctzl(callers)]);
    }
}

static void request(struct cpu *target, const struct cpu *caller)
{
    uint64_t old = atomic_fetch_or_explicit(&target->arch.call_requests[caller->id / 64],
                                            1UL << caller->id % 64, memory_order_release);
    chaos_point("ipi_requested");
    if (old == 0) /* else the interrupt of an earlier request is still pending */
        apic_send(target->arch.apic_id, VECTOR_CALL);
}

void ipi_call(const struct cpumask *mask, void (*fn)(void *arg), void *arg)
{
    struct cpu *self = this_cpu();
    unsigned n = cpumask_count(mask);

    might_sleep(); /* this core must serve others' calls while it waits */
    ASSERT(!cpumask_test(mask, self->id));
    if (n == 0)
        return;
    self->arch.call_fn = fn;
    self->arch.call_arg = arg;
    atomic_store_explicit(&self->arch.call_pending, n, memory_order_relaxed);
    cpumask_for_each (i, mask)
        request(cpus[i], self);
    while (atomic_load_explicit(&self->arch.call_pending, memory_order_acquire) != 0)
        arch_cpu_relax();
}

void ipi_stop_others(void)
{
    struct cpu *self = this_cpu();

    unsigned first = 0;

    /* release: pairs with smp_handle_nmi() */
    if (!atomic_compare_exchange_strong_explicit(&stopper, &first, self->id + 1,
                                                 memory_order_release, memory_order_relaxed)) {
        if (first != self->id + 1)
            arch_halt_forever(); /* another core was first */
        return;
    }
    for (unsigned i = 0; i < nr_cpus; i++)
        if (cpus[i] != self)
            apic_send_nmi(cpus[i]->arch.apic_id);
}

void smp_handle_nmi(void)
{
    unsigned first = atomic_load_explicit(&stopper, memory_order_acquire);

    if (first != 0 && first != this_cpu()->id + 1)
        arch_halt_forever();
}
