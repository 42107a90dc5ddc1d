/* SPDX-License-Identifier: BSD-3-Clause */
/* Between switch.c and the assembler files. */
#ifndef SWITCH_H
#define SWITCH_H

#include <hermit/types.h>

/* Saves the callee-saved registers, stores the stack pointer, goes on from the other. switch.S. */
void switch_stack(uintptr_t *save_sp, uintptr_t load_sp);

/* First code of a new task; entry.S. They call arch_task_begin() first. */
void thread_entry(void);
void kernel_thread_entry(void);
void arch_task_begin(void);

#endif
