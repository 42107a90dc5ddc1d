/* SPDX-License-Identifier: BSD-3-Clause */
/* What the launcher finds the program's calls by. */
#ifndef REPORT_CALLS_H
#define REPORT_CALLS_H

#include <arch/frame.h>
#include <hermit/types.h>

/*
 * Sends the current task's registers, where it left the program, and its stack as far as it is in
 * memory, through `buffer` of `size` bytes, at most 4080; of a handler on the alternate stack, the
 * interrupted stack too. Before console_send_crash(), in its contexts. Never faults.
 */
void send_calls(const struct trap_frame *frame, void *buffer, size_t size);

#endif
