/* SPDX-License-Identifier: BSD-3-Clause */
/* Between entry.S, traps.c and the interrupt controllers; nobody else's business. */
#ifndef TRAPS_H
#define TRAPS_H

#include "vectors.h"
#include <arch/trap.h>

/* Marks of entry.S: code addresses only. */
#pragma GCC visibility push(hidden)
extern char hermit_call_entry[], hermit_call_exit[], hermit_call_exit_end[], hermit_call_end[];
extern char hermit_iretq[];
extern char exception_stubs[], irq_stubs[];
#pragma GCC visibility pop

/* Fills the IDT (CPU 0's call) and loads it. IST 1 for all vectors but NMI, #DF and #MC. */
void idt_load(void);
/* Gives a device's vector its gate, on all cores. */
void idt_add(unsigned vector);

/*
 * An external interrupt (vector >= 0x20), called by the entry code on the task's kernel stack with
 * interrupts off: runs the handlers and ends the interrupt at the local APIC. Counts irq_depth.
 */
void interrupt_handle(unsigned vector);

/* Called first by the NMI handler: does not return if another core ordered this one to stop. */
void smp_handle_nmi(void);

/* True if `sp` lies on the running task's kernel stack: kernel code was interrupted. */
bool trap_on_kernel_stack(uintptr_t sp);

/* Where uaccess code at `rip` goes on after a fault; 0: rip may not fault. kernel/mm. */
uintptr_t uaccess_fixup(uintptr_t rip);

/* From entry.S with interrupts off: any exception or interrupt but the three fatal ones. */
void trap_dispatch(struct trap_frame *frame);

/* NMI, #DF and #MC, on a stack of their own. True: it was an `int` of the application, and `frame`
 * says so now: to be handled as any trap. */
bool trap_fatal(struct trap_frame *frame);

/* Does all work of the current task; comes back with interrupts off, for the return at once. */
void trap_exit_work(struct trap_frame *frame);

/* Work after a system call. False: return the plain way with frame->rax. */
bool syscall_exit_work(struct trap_frame *frame);

/* The end of a system call with frame->rax that returns by way of iretq, for the flags' sake. */
void syscall_odd_exit(struct trap_frame *frame);

/*
 * `int n` of the application (soft_int.c). In ring 0 no gate refuses it, so what arrives is looked
 * at: true if the frame is one's, which then says what Linux says, #GP at the instruction.
 */
bool soft_interrupt(struct trap_frame *frame);
/* #NP of a gate that is not there: the same; false: a device's, of which nobody knows. */
bool soft_interrupt_unused(struct trap_frame *frame);
/* A vector of the processor's that pushes an error code, without one: mends the frame. */
void soft_interrupt_shifted(struct trap_frame *frame);

#endif
