/* SPDX-License-Identifier: BSD-3-Clause */
/* Frame descriptors, for the frame allocator and the slabs. */
#ifndef MM_FRAME_INTERNAL_H
#define MM_FRAME_INTERNAL_H

#include "buddy.h"
#include <arch/layout.h>
#include <arch/words.h>

extern struct frame *frame_table; /* descriptors, indexed by frame number */

static inline struct frame *frame_of(paddr_t pa)
{
    return &frame_table[pa >> PAGE_SHIFT];
}

static inline void zero_frames(paddr_t pa, unsigned order)
{
    arch_fill_words(phys_to_virt(pa), 0, (PAGE_SIZE / 8) << order);
}

#endif
