/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Set-up of one core, and what entry code and the interrupt controller ask of each other.
 */
#ifndef ARCH_INIT_H
#define ARCH_INIT_H

#define KERNEL_CS    0x08
#define KERNEL_DS    0x10
#define TSS_SELECTOR 0x18

/* Interrupt vectors. 0x20-0x2f: the legacy controllers, masked; 0x30-0xef: devices. */
#define VECTOR_DEVICE_FIRST 0x30
#define VECTOR_DEVICE_LAST  0xef
#define VECTOR_TIMER        0xf0
#define VECTOR_RESCHEDULE   0xf1
#define VECTOR_CALL         0xf2
#define VECTOR_SPURIOUS     0xff

#define FATAL_STACK_SIZE 8192UL /* each of IST 2-4 */

#ifndef __ASSEMBLER__
#include <hermit/types.h>

struct cpu;
struct trap_frame;

/*
 * Sets this core up as `c`: GS base, GDT, TSS with its IST stacks (c->arch.fatal_stacks must be
 * set), control registers, then idt_load() and fpu_cpu_init(). Interrupts stay off. CPU 0 calls
 * it before anything else in the kernel, the others on their own stack when they start.
 */
SMALL void arch_cpu_init(struct cpu *c);

/* Fills the IDT (CPU 0's call) and loads it. IST 1 for all vectors but NMI, #DF and #MC. */
void idt_load(void);
/* Gives a device's vector its gate, on all cores. */
void idt_add(unsigned vector);

/* CR4.OSFXSR, OSXMMEXCPT, OSXSAVE; XCR0 to all that the kernel can save. */
SMALL void fpu_cpu_init(void);

/*
 * An external interrupt (vector >= 0x20), called by the entry code on the task's kernel stack with
 * interrupts off: runs the handlers and ends the interrupt at the local APIC. Counts irq_depth.
 */
void interrupt_handle(unsigned vector);

/* Called first by the NMI handler: does not return if another core ordered this one to stop. */
void smp_handle_nmi(void);

/* Makes time in the kernel count apart, if the program asks for it (accounting.c). Before the
 * other cores are started. */
void arch_accounting_init(void);

/* Enters application code for the first time: stack `sp`, all registers zero, interrupts on. */
_Noreturn void arch_enter_program(uintptr_t entry, uintptr_t sp);

/* Ends the machine by a triple fault: works on every machine and with broken tables. */
_Noreturn void arch_reset(void);

/* Kernel stack that kernel_main() runs on (high address), KSTACK_SIZE bytes below the top. */
extern char boot_stack_top[] __attribute__((visibility("hidden")));
#endif

#endif
