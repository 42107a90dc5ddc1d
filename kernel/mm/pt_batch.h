/* SPDX-License-Identifier: BSD-3-Clause */
/* What page_table.c tells the batch about entries that it removed or changed. */
#ifndef MM_PT_BATCH_H
#define MM_PT_BATCH_H

#include <arch/paging.h>

void pt_batch_note(struct pt_batch *b, vaddr_t va, size_t size);              /* to be flushed */
void pt_batch_add(struct pt_batch *b, uint64_t entry, vaddr_t va, bool huge); /* a page */
void pt_batch_add_table(struct pt_batch *b, uint64_t entry, vaddr_t va, size_t span);

#endif
