/* SPDX-License-Identifier: BSD-3-Clause */
/* Ways into and out of the kernel, for the parts that look at frames. */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include <arch/frame.h>
#include <hermit/types.h>

/* Fills in what a system call's frame leaves unset, so that it can be returned to with all
 * registers: cs, ss, rflags, r10, r11, vector FRAME_FULL. Other frames stay as they are. */
void arch_frame_complete(struct trap_frame *frame);

/* Points the frame of a system call back at its beginning: the call is done again, by `handler` if
 * that is not NULL, when the frame is returned to. */
void arch_restart_call(struct trap_frame *frame, long (*handler)(void));

/*
 * Does what is left to do, then loads all registers from `frame`, which lies at
 * the top of the current task's kernel stack, and goes on in the application.
 */
_Noreturn void arch_full_exit(struct trap_frame *frame);

#endif
