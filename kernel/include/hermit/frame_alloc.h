/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: a buddy allocator per NUMA node (one node now) with a per-core
 * cache of single frames and 2 MiB blocks. Frames are initialised when first
 * handed out, never in bulk at boot. Contents of a frame are undefined unless
 * FRAME_ZERO is asked for.
 */
#ifndef HERMIT_FRAME_ALLOC_H
#define HERMIT_FRAME_ALLOC_H

#include <hermit/list.h>
#include <hermit/spinlock.h>
#include <hermit/types.h>

#define FRAME_ORDER_MAX 10 /* largest block: 4 MiB */
#define FRAME_NONE      ((paddr_t) - 1)

enum frame_flags {
    FRAME_ZERO = 1,
    FRAME_KERNEL = 2, /* may dip into the reserve that page faults of applications leave alone */
};

struct frame_cpu {
    unsigned nr;
    paddr_t frame[32]; /* single frames; touched only by their core with interrupts off */
};

/* Takes RAM over from boot_info. CPU 0, once. */
void frame_init(void);
void frame_cpu_init(struct frame_cpu *fc);

/* 2^order frames, naturally aligned; FRAME_NONE when there are none. Any context but NMI. */
paddr_t frame_alloc(unsigned order, unsigned flags);
void frame_free(paddr_t pa, unsigned order);

/* Reference count of a single frame or of the head of a block; frame_alloc sets it to 1. */
void frame_get(paddr_t pa);
/* Drops a reference; frees the 2^order block with the last one. */
void frame_put(paddr_t pa, unsigned order);

/* Gives a boot-time range (initrd that was unpacked …) to the allocator. */
void frame_add_range(paddr_t start, paddr_t end);

struct frame_stats {
    uint64_t total, free; /* bytes */
};
void frame_stats(struct frame_stats *st);

#endif
