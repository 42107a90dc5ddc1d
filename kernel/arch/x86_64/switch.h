/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by switch.c and the assembler files. */
#ifndef SWITCH_H
#define SWITCH_H

#include <hermit/types.h>

/* First code of a new task (entry.S). Both call arch_task_begin() first. */
void thread_entry(void);
void kernel_thread_entry(void);
void arch_task_begin(void);

#endif
