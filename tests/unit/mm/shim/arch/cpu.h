/* SPDX-License-Identifier: BSD-3-Clause */
/* One core without interrupts, for unit tests on the host. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct task;

extern struct cpu *shim_cpu;

static inline unsigned long arch_irq_save(void)
{
    return 0;
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
    return shim_cpu;
}

static inline struct task *arch_current(void)
{
    return 0;
}

#endif
