/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: a buddy allocator per NUMA node (one node now) with a per-core
 * cache of single frames. Frames are initialised when first handed out, never in
 * bulk at boot. Contents of a frame are undefined unless FRAME_ZERO is asked for.
 *
 * Memory ends in steps, by what the frame is for. Whatever a program can make in
 * number (files, pipes, kernel objects, threads) fails first and leaves a margin in
 * which the program can go on and page; calls that free may use half of it. When page
 * faults have used it up the program ends; what is left then is for its report and
 * its exit.
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
    /* How far down, one of them; none: as far as what a program can make in number may go. */
    FRAME_FREEING = 2,  /* what a call needs that frees something, to keep */
    FRAME_FAULT = 4,    /* page faults, page tables, what one call takes and gives back */
    FRAME_CRITICAL = 6, /* reports, exits, the console: little, and bounded */
};

struct frame_cpu {
    unsigned nr;
    paddr_t frame[32]; /* single frames; touched only by their core with interrupts off */
};
struct cpu;
struct frame_cpu *cpu_frames(struct cpu *c); /* kernel/cpu.c */

/* Takes RAM over from boot_info. CPU 0, once. */
SMALL void frame_init(void);
void frame_cpu_init(struct frame_cpu *fc);

/* 2^order frames, naturally aligned; FRAME_NONE when there are none. Any context but NMI. */
paddr_t frame_alloc(unsigned order, unsigned flags);
void frame_free(paddr_t pa, unsigned order);

/* Reference count of a single frame or of the head of a block; frame_alloc sets it to 1. */
void frame_get(paddr_t pa);
/* Drops a reference; frees the 2^order block with the last one. */
void frame_put(paddr_t pa, unsigned order);

/* Makes one allocated block into single frames with a reference each. */
void frame_split(paddr_t pa);

struct frame_stats {
    uint64_t total, free; /* bytes */
};
void frame_stats(struct frame_stats *st);

#endif
