/* SPDX-License-Identifier: BSD-3-Clause */
/* Between entry.S and traps.c; nobody else's business. */
#ifndef TRAPS_H
#define TRAPS_H

#include <arch/trap.h>

/* Marks of entry.S: code addresses only. */
#pragma GCC visibility push(hidden)
extern char hermit_call_entry[], hermit_call_exit[], hermit_call_exit_end[];
extern char exception_stubs[], irq_stubs[];
#pragma GCC visibility pop

/* From entry.S with interrupts off: any exception or interrupt but the three fatal ones. */
void trap_dispatch(struct trap_frame *frame);

/* NMI, #DF and #MC, on a stack of their own. */
void trap_fatal(struct trap_frame *frame);

/* Does all work of the current task; comes back with interrupts off, for the return at once. */
void trap_exit_work(struct trap_frame *frame);

/* Work after a system call. False: return the plain way with frame->rax. */
bool syscall_exit_work(struct trap_frame *frame);

#endif
