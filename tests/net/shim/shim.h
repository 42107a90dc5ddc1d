/* SPDX-License-Identifier: BSD-3-Clause */
/* What the two halves of the shim share: kernel.c and machine.c. */
#ifndef SHIM_H
#define SHIM_H

#include <machine.h>

/* A new system call of the calling task: what has interrupted the last one is over. */
void shim_begin_call(void);

#endif
