/* SPDX-License-Identifier: BSD-3-Clause */
/* Private to entry.S, traps.c and the interrupt controllers. */
#ifndef TRAPS_H
#define TRAPS_H

#include "vectors.h"
#include <arch/trap.h>

/* Labels of entry.S: code addresses only. */
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
 * Handles an external interrupt (vector >= 0x20), on the task's kernel stack with interrupts off:
 * runs the handlers and sends EOI to the local APIC. Counts irq_depth.
 */
void interrupt_handle(unsigned vector);

/* Called first by the NMI handler: does not return if another core ordered this one to stop. */
void smp_handle_nmi(void);

/* True if `sp` lies on the running task's kernel stack: kernel code was interrupted. */
bool trap_on_kernel_stack(uintptr_t sp);

/* Where uaccess code at `rip` resumes after a fault (uaccess.c); 0: rip may not fault. */
uintptr_t uaccess_fixup(uintptr_t rip);

/* From entry.S with interrupts off: any exception or interrupt but the three fatal ones. */
void trap_dispatch(struct trap_frame *frame);

/* NMI, #DF and #MC, on a stack of their own. True: an `int` of the application, and `frame` now
 * describes it: to be handled as any trap. */
bool trap_fatal(struct trap_frame *frame);

/* Does all work of the current task; comes back with interrupts off, for an immediate return. */
void trap_exit_work(struct trap_frame *frame);

/* Does work after a system call. False: return the normal way with frame->rax. True: the frame is
 * no longer the call's. */
bool syscall_exit_work(struct trap_frame *frame);

/* Ends a system call that returns frame->rax by iretq, which restores the flags. */
void syscall_odd_exit(struct trap_frame *frame);

/*
 * `int n` of the application (soft_int.c). In ring 0 no gate refuses it, so each trap is checked:
 * true if the frame is an `int`'s; it then reports, as on Linux, #GP at the instruction.
 */
bool soft_interrupt(struct trap_frame *frame);
/* The same for #NP of a missing gate; false: an unknown device's interrupt. */
bool soft_interrupt_unused(struct trap_frame *frame);
/* Corrects the frame of an `int` to a vector that has an error code: `int` pushes none. */
void soft_interrupt_shifted(struct trap_frame *frame);

#endif
