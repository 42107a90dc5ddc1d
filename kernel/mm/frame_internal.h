/* SPDX-License-Identifier: BSD-3-Clause */
/* Frame descriptors and helpers shared inside kernel/mm: for the slabs and for huge pages. */
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

/* True while enough memory is free to spend 2 MiB pages freely. A racy hint. */
bool frame_plenty(void);

/* Frames that the allocator manages in all. */
uint64_t frame_total(void);

static inline void zero_frames(paddr_t pa, unsigned order)
{
    arch_fill_words(phys_to_virt(pa), 0, (PAGE_SIZE / 8) << order);
}

static inline void copy_frame(paddr_t to, paddr_t from)
{
    arch_copy_words(phys_to_virt(to), phys_to_virt(from), PAGE_SIZE / 8);
}

#endif
