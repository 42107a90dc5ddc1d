/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buddy allocator: free lists by order, splitting, merging, and carving of blocks
 * from memory that was never used. Owns the free lists inside struct buddy; the
 * caller holds the lock that protects it.
 */
#include "buddy.h"

#include <hermit/atomic.h>

void buddy_init(struct buddy *b, struct frame *frames)
{
    b->frames = frames;
    b->nr_free = 0;
    b->nr_regions = 0;
    for (unsigned i = 0; i <= FRAME_ORDER_MAX; i++)
        b->head[i] = PFN_NONE;
}

bool buddy_add_region(struct buddy *b, uint64_t first, uint64_t end)
{
    if (first >= end)
        return true;
    for (unsigned i = 0; i < b->nr_regions; i++) {
        struct buddy_region *r = &b->region[i];
        if (r->next >= r->end) { /* used up: its slot is free again */
            *r = (struct buddy_region){first, end};
            b->nr_free += end - first;
            return true;
        }
    }
    if (b->nr_regions == BUDDY_MAX_REGIONS)
        return false;
    b->region[b->nr_regions++] = (struct buddy_region){first, end};
    b->nr_free += end - first;
    return true;
}

static void push(struct buddy *b, uint32_t pfn, unsigned order, unsigned limit)
{
    struct frame *f = &b->frames[pfn];
    f->kind = FRAME_KIND_FREE;
    f->order = (uint8_t)order;
    f->limit = (uint8_t)limit;
    f->prev = PFN_NONE;
    f->next = b->head[order];
    if (f->next != PFN_NONE)
        b->frames[f->next].prev = pfn;
    b->head[order] = pfn;
}

static void unlink_free(struct buddy *b, uint32_t pfn)
{
    struct frame *f = &b->frames[pfn];
    if (f->prev != PFN_NONE)
        b->frames[f->prev].next = f->next;
    else
        b->head[f->order] = f->next;
    if (f->next != PFN_NONE)
        b->frames[f->next].prev = f->prev;
}

/* Takes the largest aligned block off the region's start and puts it on its free list. */
static void carve_from(struct buddy *b, struct buddy_region *r)
{
    unsigned order = FRAME_ORDER_MAX;
    while (r->next & ((1UL << order) - 1) || r->end - r->next < 1UL << order)
        order--;
    push(b, (uint32_t)r->next, order, order);
    r->next += 1UL << order;
}

/* Carves until a block of at least `order` is on a free list. */
static bool carve(struct buddy *b, unsigned order)
{
    for (unsigned i = 0; i < b->nr_regions; i++) {
        struct buddy_region *r = &b->region[i];
        while (r->next < r->end) {
            carve_from(b, r);
            for (unsigned k = order; k <= FRAME_ORDER_MAX; k++)
                if (b->head[k] != PFN_NONE)
                    return true;
        }
    }
    return false;
}

static void set_used(struct frame *f, unsigned order, unsigned limit, uint32_t refs)
{
    store_relaxed(&f->refs, refs);
    f->kind = FRAME_KIND_USED;
    f->order = (uint8_t)order;
    f->limit = (uint8_t)limit;
}

static uint32_t take(struct buddy *b, unsigned order)
{
    unsigned k = order;
    while (k <= FRAME_ORDER_MAX && b->head[k] == PFN_NONE)
        k++;
    if (k > FRAME_ORDER_MAX)
        return PFN_NONE;
    uint32_t pfn = b->head[k];
    unsigned limit = b->frames[pfn].limit;
    unlink_free(b, pfn);
    while (k > order) {
        k--;
        push(b, pfn + (1U << k), k, limit);
    }
    set_used(&b->frames[pfn], order, limit, 1);
    poke(b->nr_free, b->nr_free - (1UL << order));
    return pfn;
}

uint32_t buddy_alloc(struct buddy *b, unsigned order)
{
    uint32_t pfn = take(b, order);
    if (pfn == PFN_NONE && carve(b, order))
        pfn = take(b, order);
    return pfn;
}

void buddy_free(struct buddy *b, uint32_t pfn)
{
    struct frame *f = &b->frames[pfn];
    unsigned order = f->order, limit = f->limit;
    poke(b->nr_free, b->nr_free + (1UL << order));
    while (order < limit) {
        uint32_t other = pfn ^ (1U << order);
        struct frame *o = &b->frames[other];
        if (o->kind != FRAME_KIND_FREE || o->order != order)
            break;
        unlink_free(b, other);
        o->kind = FRAME_KIND_USED;
        b->frames[pfn].kind = FRAME_KIND_USED; /* only heads of free blocks may look free */
        pfn &= ~(1U << order);
        order++;
    }
    push(b, pfn, order, limit);
}

void buddy_split_used(struct buddy *b, uint32_t pfn)
{
    struct frame *f = &b->frames[pfn], *end = f + (1UL << f->order);
    unsigned limit = f->limit;
    uint32_t refs = load_relaxed(&f->refs); /* only drops of others: the caller's lock */
    while (f < end)
        set_used(f++, 0, limit, refs);
}
