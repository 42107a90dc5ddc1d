/* SPDX-License-Identifier: BSD-3-Clause */
/* Contents of a crash report about a context: its registers and its call chain. */
#ifndef ARCH_BACKTRACE_H
#define ARCH_BACKTRACE_H

#include <arch/frame.h>
#include <hermit/types.h>

/*
 * Stores up to max (at least 1) addresses for struct hermit_crash: the instruction
 * itself, then return addresses in the kernel from the innermost outwards. Returns their number.
 * Never faults, never sleeps.
 */
size_t arch_backtrace(const struct trap_frame *frame, uint64_t *frames, size_t max);

/* The same for the caller of this function, by frame pointers. */
size_t arch_backtrace_here(uint64_t *frames, size_t max);

/* Writes the registers as text. Returns the bytes written, without the NUL. */
size_t arch_registers_print(const struct trap_frame *frame, char *text, size_t size);

#endif
