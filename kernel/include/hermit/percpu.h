/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of one core, reached through GS: the part visible to all. The first fields have fixed
 * offsets because entry code and the compiler (stack protector, %gs:0x28) use them. CPU 0's is
 * static, the others are allocated when the core is started (kernel/cpu.c).
 */
#ifndef HERMIT_PERCPU_H
#define HERMIT_PERCPU_H

#include <arch/cpu.h>
#include <arch/percpu.h>
#include <hermit/types.h>

struct cpu {
    struct cpu *self;     /* 0x00 */
    struct task *current; /* 0x08 running task; changes only in the context switch */
    uintptr_t kstack_top; /* 0x10 of the running task */
    uint32_t id;          /* 0x18 dense index 0..nr_cpus-1 */
    uint32_t irq_depth;   /* 0x1c nesting of interrupt handlers */
    uint64_t scratch;     /* 0x20 for entry code */
    uint64_t canary;      /* 0x28 stack protector */
    struct arch_cpu arch; /* APIC id, TSS, GDT … */
    _Atomic bool online;
    /* The folders' parts follow it: kernel/cpu.h. */
};

extern struct cpu cpu0;                /* the core that boots */
extern struct cpu *cpus[MAX_CPUS + 1]; /* by id; NULL beyond nr_cpus, the last one always */
extern unsigned nr_cpus;               /* cores that are online; constant after smp_init() */

/* The data of another core, zeroed; NULL: out of memory. */
SMALL struct cpu *cpu_alloc(void);
/* Initialises the data of allocators, timers and scheduler for `c`, which is the running core. */
SMALL void cpu_start(struct cpu *c);

static inline struct cpu *this_cpu(void)
{
    return arch_this_cpu();
}

#endif
