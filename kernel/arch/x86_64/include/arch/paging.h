/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables of the one address space (Intel SDM vol. 3, 4.5: four levels).
 *
 * There is no lock for them. A fault works within the one VMA that it has entered
 * (mm_enter()): it turns empty entries into full ones, or replaces one entry, by
 * compare-and-exchange, as other faults in that VMA may be at the same. Whoever clears
 * entries or changes ranges has mm.lock, and has held or removed the VMAs that they
 * belong to, so no fault is there. A table is freed only if no VMA has a part in the
 * range that it is for: it stays for whoever entered one. The kernel's own half only
 * grows.
 */
#ifndef ARCH_PAGING_H
#define ARCH_PAGING_H

#include <arch/layout.h>
#include <arch/pte.h>
#include <hermit/types.h>
#include <stdatomic.h>

struct pt_batch; /* hermit/pt_batch.h */

enum pt_level { PT_PAGE = 0, PT_HUGE = 1, PT_TOP = 3 };

/* Adopts the tables that boot made, the top one at `pa`. CPU 0, once. */
void pt_init(paddr_t pa);

/* The existing entry that maps `va`, huge or not, or would map the 4 KiB page; NULL: no table. */
pte_slot *pt_find(vaddr_t va, bool *huge);

/* The entry at level `target` for `va`, making tables above it. NULL: out of memory, or for PT_PAGE
 * a huge page is in the way. */
pte_slot *pt_make(vaddr_t va, enum pt_level target);

/* The 4 KiB entry below a level-1 entry that is not huge; makes the table. NULL: out of memory. */
pte_slot *pt_below(pte_slot *huge_slot, vaddr_t va);

/* Installs `entry` if the slot is still empty. */
static inline bool pt_install(pte_slot *slot, uint64_t entry)
{
    uint64_t empty = 0;
    return atomic_compare_exchange_strong_explicit(slot, &empty, entry, memory_order_release,
                                                   memory_order_relaxed);
}

/* Splits the huge page that `va` lies in, unless va is its start. 0 or −ENOMEM. */
int pt_split(vaddr_t va);

/* Clears [start, end), which splits no huge page, and frees tables that lie within
 * [floor, ceiling), where nothing else is mapped. */
void pt_unmap(struct pt_batch *b, vaddr_t start, vaddr_t end, vaddr_t floor, vaddr_t ceiling);
/* Clears what is still a file's frame in a private mapping; keeps the tables. */
void pt_unmap_clean(struct pt_batch *b, vaddr_t start, vaddr_t end);
/* Takes the frame of a table that was removed, and so is all zero, for the next one that is needed.
 * False: there are enough. */
bool pt_keep_table(paddr_t pa);
/* True if there is a table on the way to `va` that pt_unmap() would free. */
bool pt_is_spare(vaddr_t va, vaddr_t floor, vaddr_t ceiling);

/* Gives all pages of [start, end) the bits of `prot`. Adds to the batch what must be flushed. */
void pt_protect(struct pt_batch *b, vaddr_t start, vaddr_t end, uint64_t prot);

/* Moves all pages of [from, from + size) to `to`, where nothing is mapped. 0 or −ENOMEM (nothing
 * moved). */
int pt_move(struct pt_batch *b, vaddr_t from, vaddr_t to, size_t size);

/* Maps one page of the kernel's half. 0, −ENOMEM; an existing mapping stays and is fine. */
int pt_map_kernel(uintptr_t va, paddr_t pa, uint64_t bits);

/* Unmaps one page of the kernel's half; the caller flushes TLBs. Its frame; 0: there was none. */
SMALL paddr_t pt_unmap_kernel(uintptr_t va);

/* True for frames of the image, which belong to no allocator. */
bool pt_is_image_frame(paddr_t pa);

#endif
