/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sparse array of frames by page index: a radix tree with 64 slots per node, as
 * high as the largest index requires. Locking is the caller's.
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
/* Stores a frame at an empty index. 0 or −ENOMEM; `flags` (frame_alloc()) are for the tree's
 * nodes. */
int page_tree_put(struct page_tree *t, uint64_t index, paddr_t frame, unsigned flags);
/* Allocates the nodes for `index`, so that page_tree_put() cannot fail there. 0 or −ENOMEM. */
int page_tree_prepare(struct page_tree *t, uint64_t index);
/* First index ≥ `index` that has a frame; UINT64_MAX: none. */
uint64_t page_tree_next(const struct page_tree *t, uint64_t index);
/* Removes the frames in [first, last], calls drop for each, and frees empty nodes. drop NULL: only
 * frees empty nodes. */
void page_tree_remove(struct page_tree *t, uint64_t first, uint64_t last,
                      void (*drop)(paddr_t frame));

#endif
