/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: a buddy allocator per NUMA node (one node now) with a per-core
 * cache of single frames. Frames are initialised when first handed out, never in
 * bulk at boot. The contents of a frame are undefined without FRAME_ZERO.
 *
 * Memory runs out in steps, by the purpose of a frame. Allocations that a program can
 * repeat without limit (files, pipes, kernel objects, threads) fail first and leave a
 * margin in which the program can continue and page; calls that free memory may use
 * half of it. When page faults have used it up, the program ends; the rest is for its
 * report and its exit.
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
    /* Purpose, at most one; none: allocations that a program can repeat without limit. */
    FRAME_FREEING = 2,  /* kept by a call that frees memory */
    FRAME_FAULT = 4,    /* page faults, page tables, temporary memory of one call */
    FRAME_CRITICAL = 6, /* reports, exits, the console: few, and bounded */
};

struct frame_cpu {
    unsigned nr;
    paddr_t frame[32]; /* single frames; touched only by their core with interrupts off */
};
struct cpu;
struct frame_cpu *cpu_frames(struct cpu *c); /* kernel/cpu.c */

/* Takes over the RAM of boot_info. CPU 0, once. */
SMALL void frame_init(void);
void frame_cpu_init(struct frame_cpu *fc);

/* 2^order frames, naturally aligned; FRAME_NONE: out of memory. Any context but NMI. */
paddr_t frame_alloc(unsigned order, unsigned flags);
void frame_free(paddr_t pa, unsigned order);

/* Reference count of a single frame or of the head of a block; frame_alloc sets it to 1. */
void frame_get(paddr_t pa);
/* Drops a reference; frees the 2^order block with the last one. */
void frame_put(paddr_t pa, unsigned order);

/* Splits an allocated block into single frames, each with as many references as the block had. The
 * caller keeps frame_get() of the block away meanwhile. */
void frame_split(paddr_t pa);
/* Drops a reference of a block that may have been split since it was taken: then one of each
 * frame. */
void frame_put_block(paddr_t pa, unsigned order);

/* True while enough memory is free to spend 2 MiB pages freely. A racy hint. */
bool frame_plenty(void);

/* True while so little is free that what is kept for convenience should go. A racy hint. */
bool frame_low(void);
/* Called when that is seen, by whoever allocates, with interrupts off and locks held. NULL: there
 * is nothing that could go. */
extern void (*frame_on_low)(void);

/* Frames that the allocator manages in all. */
uint64_t frame_total(void);

struct frame_stats {
    uint64_t total, free; /* bytes */
};
void frame_stats(struct frame_stats *st);

#endif
