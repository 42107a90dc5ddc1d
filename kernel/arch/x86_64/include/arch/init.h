/* SPDX-License-Identifier: BSD-3-Clause */
/* Start of the machine and of its cores, and its end. */
#ifndef ARCH_INIT_H
#define ARCH_INIT_H

#include <hermit/types.h>

struct cpu;

/*
 * Sets this core up as `c`: its data's address, descriptor tables, trap stacks
 * (c->arch.fatal_stacks must be set), control registers, extended state. Interrupts stay off.
 * CPU 0 calls it before anything else in the kernel, the others on their own stack when they start.
 */
SMALL void arch_cpu_init(struct cpu *c);

/* Interrupt controllers, and what the firmware says of processors. CPU 0, once, interrupts off;
 * needs memory. */
void arch_platform_init(void);

/* Makes time in the kernel count apart, if the program asks for it (accounting.c). Before the
 * other cores are started. */
void arch_accounting_init(void);

/* Sends the other cores on their way; they come up while CPU 0 goes on. CPU 0, once. */
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
