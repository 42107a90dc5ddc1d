/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Batches of unmapped pages: TLBs are flushed before any frame is freed. Owns the
 * batch; the address space is locked throughout.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <arch/tlb.h>
#include <hermit/entry.h>
#include <hermit/frame_alloc.h>
#include <hermit/pt_batch.h>

#define ORDER 0xfUL  /* bits of an entry of `frames` */
#define TABLE 0x10UL /* was a page table */
#define FRAME (~(PAGE_SIZE - 1))

#define RESCHED_EACH 64 /* frames freed between two calls of cond_resched() */

static void empty(struct pt_batch *b)
{
    if (b->flush || b->tables)
        tlb_flush_range(b->start, b->end, b->tables);
    for (unsigned i = 0; i < b->nr; i++) {
        if (!(b->frames[i] & TABLE) || !pt_keep_table(b->frames[i] & FRAME))
            frame_put(b->frames[i] & FRAME, b->frames[i] & ORDER);
        if (i % RESCHED_EACH == RESCHED_EACH - 1)
            cond_resched();
    }
    b->nr = 0;
    b->flush = b->tables = false;
    b->start = UINTPTR_MAX;
    b->end = 0;
}

/* Moves to a page of its own when the local space is full: fewer flushes for large ranges. */
static void make_room(struct pt_batch *b)
{
    paddr_t page = b->frames == b->local ? frame_alloc(0, FRAME_FAULT) : FRAME_NONE;
    if (page == FRAME_NONE) {
        empty(b);
        return;
    }
    b->frames = phys_to_virt(page);
    b->capacity = PAGE_SIZE / sizeof(paddr_t);
    for (unsigned i = 0; i < b->nr; i++)
        b->frames[i] = b->local[i];
}

static void add(struct pt_batch *b, paddr_t pa, uint64_t bits)
{
    if (b->nr == b->capacity)
        make_room(b);
    b->frames[b->nr++] = pa | bits;
}

void pt_batch_note(struct pt_batch *b, vaddr_t va, size_t size)
{
    b->start = MIN(b->start, ALIGN_DOWN(va, PAGE_SIZE));
    b->end = MAX(b->end, va + size);
    b->flush = true;
}

void pt_batch_add(struct pt_batch *b, uint64_t entry, vaddr_t va, bool huge)
{
    paddr_t pa = pte_frame(entry);
    unsigned order = huge ? HUGE_PAGE_SHIFT - PAGE_SHIFT : 0;
    if (!pt_is_image_frame(pa)) { /* before pt_batch_note(): add() may flush and clear the range */
        add(b, pa, order);
        b->pages += 1L << order;
    }
    if (pte_is_present(entry))
        pt_batch_note(b, va, huge ? HUGE_PAGE_SIZE : PAGE_SIZE);
}

void pt_batch_add_table(struct pt_batch *b, uint64_t entry, vaddr_t va, size_t span)
{
    add(b, pte_frame(entry), TABLE);
    pt_batch_note(b, va, span);
    b->tables = true;
}

void pt_batch_finish(struct pt_batch *b)
{
    empty(b);
    if (b->frames != b->local)
        frame_free(virt_to_phys(b->frames), 0);
    if (b->pages != 0) {
        mm_note_peak();
        mm_count_resident(-b->pages);
    }
}
