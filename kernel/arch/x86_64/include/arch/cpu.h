/* SPDX-License-Identifier: BSD-3-Clause */
/* Processor primitives: interrupt flag, pause, halt, current core and task. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <arch/offsets.h>
#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct task;

static inline unsigned long arch_irq_save(void)
{
    unsigned long flags;
    __asm__ volatile("pushfq; popq %0; cli" : "=r"(flags)::"memory");
    return flags;
}

static inline void arch_irq_enable(void)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline void arch_irq_disable(void)
{
    __asm__ volatile("cli" ::: "memory");
}

static inline void arch_irq_restore(unsigned long flags)
{
    if (flags & RFLAGS_IF)
        arch_irq_enable();
}

static inline bool arch_irqs_enabled(void)
{
    unsigned long flags;
    __asm__ volatile("pushfq; popq %0" : "=r"(flags)::"memory");
    return flags & RFLAGS_IF;
}

/*
 * For loops that wait for another core. Counts before it pauses: under QEMU, PAUSE
 * takes QEMU's main lock, which the other core may need.
 */
static inline void arch_cpu_relax(void)
{
    uint32_t count = 200;

    __asm__ volatile("1: decl %0\n\t"
                     "jnz 1b\n\t"
                     "pause"
                     : "+r"(count)::"memory", "cc");
}

/* Enables interrupts and halts until one comes, without a window between the two. Returns with
 * interrupts on. */
static inline void arch_idle_halt(void)
{
    __asm__ volatile("sti; hlt" ::: "memory");
}

/* Stops this core for good. */
_Noreturn static inline void arch_halt_forever(void)
{
    for (;;)
        __asm__ volatile("cli; hlt" ::: "memory");
}

/* The core's data; its first fields have fixed offsets, see hermit/percpu.h. */
static inline struct cpu *arch_this_cpu(void)
{
    struct cpu *cpu;
    /* Volatile: read each time, since a task may change cores whenever it sleeps. */
    __asm__ volatile("movq %%gs:0, %0" : "=r"(cpu));
    return cpu;
}

static inline struct task *arch_current(void)
{
    struct task *task;
    __asm__("movq %%gs:8, %0" : "=r"(task)); /* constant for the running task */
    return task;
}

#endif
