/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel entry and exit, for the parts that use frames. */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include <arch/frame.h>
#include <hermit/types.h>

/* Fills in the unset fields of a system call's frame, so that an exit can load all registers: cs,
 * ss, rflags, r10, r11, vector FRAME_FULL. Other frames stay as they are. */
void arch_frame_complete(struct trap_frame *frame);

/* Sets the frame of a system call back to its beginning: the return from the frame repeats the
 * call, with `handler` if that is not NULL. */
void arch_restart_call(struct trap_frame *frame, long (*handler)(void));

/*
 * Does pending work, then loads all registers from `frame`, which lies at the top
 * of the current task's kernel stack, and continues in the application.
 */
_Noreturn void arch_full_exit(struct trap_frame *frame);

#endif
