/* SPDX-License-Identifier: BSD-3-Clause */
/* In place of the architecture's header: one core, whose tasks are threads of the host that run in
 * turn, so no interrupt comes between. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <arch/offsets.h>
#include <stdbool.h>

struct task;

struct task *machine_task(void); /* of the calling thread */

static inline struct task *arch_current(void)
{
    return machine_task();
}

static inline unsigned long arch_irq_save(void)
{
    return RFLAGS_IF;
}

static inline void arch_irq_restore(unsigned long flags)
{
    (void)flags;
}

static inline void arch_cpu_relax(void)
{
}

static inline struct cpu *arch_this_cpu(void)
{
    return 0; /* nobody asks which core it is */
}

#endif
