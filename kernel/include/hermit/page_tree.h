/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sparse array of frames by page index: a radix tree of 64 slots a node, as
 * high as the largest index asks for. Locking is the caller's.
 */
#ifndef HERMIT_PAGE_TREE_H
#define HERMIT_PAGE_TREE_H

#include <hermit/types.h>

struct page_tree {
    void *root;      /* node, or the frame itself when height is 0 */
    unsigned height; /* levels of nodes */
    uint64_t nr_pages;
};

#define PAGE_TREE_NONE 0 /* no frame: frame 0 is never handed out */

/* The frame at `index`, or PAGE_TREE_NONE. */
paddr_t page_tree_get(const struct page_tree *t, uint64_t index);
/* Stores a frame where none is. 0 or −ENOMEM; flags are for frame_alloc(), of the tree's nodes. */
int page_tree_put(struct page_tree *t, uint64_t index, paddr_t frame, unsigned flags);
/* Makes what page_tree_put() needs at `index`, which cannot fail then. 0 or −ENOMEM. */
int page_tree_prepare(struct page_tree *t, uint64_t index);
/* First index ≥ `index` that has a frame; UINT64_MAX: none. */
uint64_t page_tree_next(const struct page_tree *t, uint64_t index);
/* Removes what is in [first, last] and calls drop for each frame; frees empty nodes. Without drop
 * it frees empty nodes only. */
void page_tree_remove(struct page_tree *t, uint64_t first, uint64_t last,
                      void (*drop)(paddr_t frame));

#endif
