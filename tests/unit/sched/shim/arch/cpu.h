/* SPDX-License-Identifier: BSD-3-Clause */
/* A host thread for each task or core, and no interrupts, for unit tests. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct task;

extern _Thread_local struct task *shim_task;
extern _Thread_local struct cpu *shim_cpu;

static inline unsigned long arch_irq_save(void)
{
    return 0;
}

static inline void arch_irq_restore(unsigned long flags)
{
    (void)flags;
}

static inline bool arch_irqs_enabled(void)
{
    return true;
}

void arch_cpu_relax(void); /* yields the host's CPU: there may be more threads than CPUs */

static inline struct cpu *arch_this_cpu(void)
{
    return shim_cpu;
}

static inline struct task *arch_current(void)
{
    return shim_task;
}

#endif
