/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contract of system-call handlers. Handlers live in syscalls/, are named sys_<name>,
 * take the parameters that syscalls/signatures.def names and return a result or
 * −errno; the rows of syscalls/table.def make them reachable. CALL rows run on the
 * task's kernel stack with interrupts on; LEAF rows run on the caller's stack: they
 * hold no lock, never sleep, never disable interrupts while accessing the caller's
 * memory, and can be preempted or abandoned by a signal handler at any instruction.
 */
#ifndef HERMIT_SYSCALL_H
#define HERMIT_SYSCALL_H

#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/task.h>
#include <hermit/types.h>
#include <linux/errno.h>

/* Registers of the application at this call. Only in CALL handlers. */
static inline struct trap_frame *syscall_frame(void)
{
    return arch_task_frame(arch_current());
}

#endif
