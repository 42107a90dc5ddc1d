/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables of the one address space (Intel SDM vol. 3, 4.5: four levels).
 *
 * They have no lock of their own. A fault works within the one VMA that it has entered
 * (mm_enter()): it fills empty entries or replaces one entry by compare-and-exchange,
 * since other faults in that VMA may do the same. Code that clears entries or changes
 * ranges holds mm.lock, and has held or removed the VMAs that they belong to, so no
 * fault is inside. A table is freed only if no VMA overlaps the range that it covers,
 * so a fault that entered a VMA keeps its tables. The kernel's half only grows.
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

/* The entry that maps `va`, huge or not, or would map its 4 KiB page; NULL: no table. */
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

/* Splits the huge page that contains `va`, unless va is its start. 0 or −ENOMEM. */
int pt_split(vaddr_t va);

/* Clears [start, end), which must not split a huge page, and frees tables whose range lies within
 * [floor, ceiling), where nothing else is mapped. */
void pt_unmap(struct pt_batch *b, vaddr_t start, vaddr_t end, vaddr_t floor, vaddr_t ceiling);
/* Clears entries of a private mapping that still map a file's frame; keeps the tables. */
void pt_unmap_clean(struct pt_batch *b, vaddr_t start, vaddr_t end);
/* Takes the permission to write from a shared mapping's pages: a write faults (pte_is_copied()). */
void pt_clean(struct pt_batch *b, vaddr_t start, vaddr_t end);
/* Keeps the frame of a removed table, which is all zero, for the next table needed. False: enough
 * are kept. */
bool pt_keep_table(paddr_t pa);
/* True if the walk to `va` passes a table that pt_unmap() would free. */
bool pt_is_spare(vaddr_t va, vaddr_t floor, vaddr_t ceiling);

/* Gives all pages of [start, end) the bits of `prot`. Adds ranges to flush to the batch. */
void pt_protect(struct pt_batch *b, vaddr_t start, vaddr_t end, uint64_t prot);

/* Moves all pages of [from, from + size) to `to`, where nothing is mapped. 0 or −ENOMEM (nothing
 * moved). */
int pt_move(struct pt_batch *b, vaddr_t from, vaddr_t to, size_t size);

/* Maps one page of the kernel's half. 0 or −ENOMEM; an existing mapping is kept, and no error. */
int pt_map_kernel(uintptr_t va, paddr_t pa, uint64_t bits);

/* Unmaps one page of the kernel's half; the caller flushes TLBs. Returns its frame; 0: none. */
SMALL paddr_t pt_unmap_kernel(uintptr_t va);

/* True for frames of the image, which belong to no allocator. */
bool pt_is_image_frame(paddr_t pa);

#endif
