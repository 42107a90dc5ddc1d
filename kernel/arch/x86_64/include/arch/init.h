/* SPDX-License-Identifier: BSD-3-Clause */
/* Start of the machine and its cores, and reset. */
#ifndef ARCH_INIT_H
#define ARCH_INIT_H

#include <hermit/types.h>

struct cpu;

/*
 * Sets this core up as `c`: per-CPU base, descriptor tables, trap stacks (c->arch.fatal_stacks
 * must be set except for CPU 0), control registers, extended state. Interrupts stay off.
 * CPU 0 calls it before anything else in the kernel, the others on their own stack when they start.
 */
SMALL void arch_cpu_init(struct cpu *c);

/* Sets up interrupt controllers and reads the firmware's tables of processors. CPU 0, once,
 * interrupts off; needs memory. */
void arch_platform_init(void);

/* Turns on accounting of kernel time if the program uses it (accounting.c). Before the other cores
 * are started. */
void arch_accounting_init(void);

/* Starts the other cores; they come up while CPU 0 continues. CPU 0, once. */
void smp_init(void);
/* Waits until all are online; nr_cpus is final then. */
void smp_wait(void);

/* Enters application code for the first time: stack `sp`, all registers zero, interrupts on. */
_Noreturn void arch_enter_program(uintptr_t entry, uintptr_t sp);

/* Ends the machine by a triple fault: works on every machine and with broken tables. */
_Noreturn void arch_reset(void);

/* Kernel stack that kernel_main() runs on (high address), KSTACK_SIZE bytes below the top. */
extern char boot_stack_top[] __attribute__((visibility("hidden")));

#endif
