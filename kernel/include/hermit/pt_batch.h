/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Batches of pages removed from the page tables: owned by mm; the architecture's page-table code
 * adds the entries that it removed or changed.
 */
#ifndef HERMIT_PT_BATCH_H
#define HERMIT_PT_BATCH_H

#include <hermit/types.h>

/*
 * Removal of pages: frames are collected and freed only after the TLBs of all cores
 * were flushed. Address space locked, interrupts on. Long ranges call cond_resched().
 */
struct pt_batch {
    vaddr_t start, end; /* range to flush */
    bool flush, tables; /* something was present; tables were removed */
    unsigned nr, capacity;
    paddr_t *frames; /* with bits of pt_batch.c */
    paddr_t local[24];
    long pages; /* frames of pages removed so far */
};
static inline void pt_batch_begin(struct pt_batch *b)
{
    b->start = UINTPTR_MAX;
    b->end = 0;
    b->flush = b->tables = false;
    b->nr = 0;
    b->frames = b->local;
    b->capacity = ARRAY_SIZE(b->local);
    b->pages = 0;
}

void pt_batch_finish(struct pt_batch *b);
static inline void pt_batch_end(struct pt_batch *b)
{
    if (b->flush || b->nr != 0)
        pt_batch_finish(b);
}

/* Called by page_table.c for entries that it removed or changed. */
void pt_batch_note(struct pt_batch *b, vaddr_t va, size_t size);              /* to be flushed */
void pt_batch_add(struct pt_batch *b, uint64_t entry, vaddr_t va, bool huge); /* a page */
void pt_batch_add_table(struct pt_batch *b, uint64_t entry, vaddr_t va, size_t span);

#endif
