/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buddy allocator over page frame numbers. Pure logic: no locks, no addresses; the
 * caller (frame_alloc.c) serialises. Compiles on the host for the unit tests.
 *
 * Only the descriptors of block heads are ever read, and each is written when its
 * block comes into being: carved from memory never used before, or split from a
 * larger block. So the descriptor array needs no initialisation, and memory that
 * was never handed out costs nothing.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include <hermit/frame_alloc.h>
#include <hermit/types.h>

enum frame_kind {
    FRAME_KIND_USED = 1, /* allocated block; refs counts */
    FRAME_KIND_FREE,     /* head of a block on a free list */
    FRAME_KIND_SLAB,     /* head of a slab */
    FRAME_KIND_TAIL,     /* inner frame of a slab; slab_free: frames back to the head */
    FRAME_KIND_BLOCK,    /* block that kmalloc handed out whole */
};

#define PFN_NONE UINT32_MAX

/* Descriptor of a frame that heads a block. Frame numbers of 32 bits reach 16 TiB. */
struct frame {
    union {
        struct {
            uint32_t next, prev; /* free list, or the slab cache's list of partial slabs */
        };
        _Atomic uint32_t refs; /* FRAME_KIND_USED */
    };
    uint8_t kind;  /* enum frame_kind */
    uint8_t order; /* of the block; slabs: chunks of objects cut so far */
    uint8_t limit; /* order of the carved block that this one is part of: merging stops there */
    uint8_t cache; /* slabs: index of the cache */
    uint16_t slab_free;
    uint16_t slab_used;
};

struct buddy_region {
    uint64_t next, end; /* frames never handed out yet: [next, end) */
};

#define BUDDY_MAX_REGIONS 96

struct buddy {
    struct frame *frames; /* indexed by frame number */
    uint64_t nr_free;     /* frames, those never handed out included */
    uint32_t head[FRAME_ORDER_MAX + 1];
    unsigned nr_regions;
    struct buddy_region region[BUDDY_MAX_REGIONS];
};

void buddy_init(struct buddy *b, struct frame *frames);
/* Adds never used frames [first, end). False: no room for another region. */
bool buddy_add_region(struct buddy *b, uint64_t first, uint64_t end);
/* First frame number of a block, or PFN_NONE. Its descriptor: USED, order set, refs 1. */
uint32_t buddy_alloc(struct buddy *b, unsigned order);
void buddy_free(struct buddy *b, uint32_t pfn);
/* Splits an allocated block of order n into 2^n allocated single frames, each with as many
 * references as the block had. */
void buddy_split_used(struct buddy *b, uint32_t pfn);

#endif
