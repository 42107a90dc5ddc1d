/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel stacks: KSTACK_SIZE bytes with an unmapped page below (kernel/mm/kstack.c). */
#ifndef HERMIT_KSTACK_H
#define HERMIT_KSTACK_H

#include <arch/offsets.h>
#include <hermit/types.h>

#define KSTACK_SIZE ((uintptr_t)KSTACK_BYTES)

/* The top of a stack, whose lowest word belongs to kstack.c; 0: out of memory. */
uintptr_t kstack_alloc(void);
/* Needs no memory and does not wait. */
void kstack_free(uintptr_t top);
/* Frees the frames of surplus stacks; may wait for other cores. */
SMALL void kstack_trim(void);

#endif
