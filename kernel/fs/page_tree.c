/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the sparse index of a file's pages. Locking is the caller's. */
#include <hermit/kmalloc.h>
#include <hermit/page_tree.h>
#include <linux/errno.h>

#define BITS  6
#define SLOTS (1u << BITS)

/* Level 1 nodes hold frames, higher ones hold nodes. */
struct node {
    uintptr_t slot[SLOTS];
};

/* Indexes that a subtree of `level` node levels covers; level ≤ 10. */
static uint64_t span(unsigned level)
{
    return 1UL << (level * BITS);
}

static unsigned slot_of(uint64_t index, unsigned level)
{
    return (index >> ((level - 1) * BITS)) % SLOTS;
}

paddr_t page_tree_get(const struct page_tree *t, uint64_t index)
{
    if (t->root == NULL || index >= span(t->height))
        return PAGE_TREE_NONE;
    uintptr_t p = (uintptr_t)t->root;
    for (unsigned level = t->height; level > 0 && p != 0; level--)
        p = ((struct node *)p)->slot[slot_of(index, level)];
    return p;
}

static struct node *new_node(unsigned flags)
{
    struct node *n = kmalloc_for(sizeof(*n), flags);
    if (n != NULL)
        *n = (struct node){{0}};
    return n;
}

/* Adds levels on top until `index` fits. */
static int grow(struct page_tree *t, uint64_t index, unsigned flags)
{
    while (t->height == 0 || index >= span(t->height)) {
        struct node *top = new_node(flags);
        if (top == NULL)
            return -ENOMEM;
        top->slot[0] = (uintptr_t)t->root;
        t->root = top;
        t->height++;
    }
    return 0;
}

/* The slot of `index`; creates the nodes above it. NULL: no memory; an empty node may stay, it is
 * freed with the rest. */
static uintptr_t *make_slot(struct page_tree *t, uint64_t index, unsigned flags)
{
    if (grow(t, index, flags) != 0)
        return NULL;
    struct node *n = t->root;
    for (unsigned level = t->height; level > 1; level--) {
        uintptr_t *slot = &n->slot[slot_of(index, level)];
        if (*slot == 0)
            *slot = (uintptr_t)new_node(flags);
        if (*slot == 0)
            return NULL;
        n = (struct node *)*slot;
    }
    return &n->slot[slot_of(index, 1)];
}

int page_tree_prepare(struct page_tree *t, uint64_t index)
{
    return make_slot(t, index, 0) != NULL ? 0 : -ENOMEM;
}

int page_tree_put(struct page_tree *t, uint64_t index, paddr_t frame, unsigned flags)
{
    uintptr_t *slot = make_slot(t, index, flags);
    if (slot == NULL)
        return -ENOMEM;
    *slot = frame;
    t->nr_pages++;
    return 0;
}

/* First used index ≥ `index` below n, both relative to the subtree; span(level): none. */
static uint64_t next_below(const struct node *n, unsigned level, uint64_t index)
{
    uint64_t width = span(level - 1);
    for (unsigned i = slot_of(index, level); i < SLOTS; i++, index = i * width) {
        if (n->slot[i] == 0)
            continue;
        if (level == 1)
            return i;
        uint64_t found = next_below((struct node *)n->slot[i], level - 1, index % width);
        if (found < width)
            return i * width + found;
    }
    return span(level);
}

uint64_t page_tree_next(const struct page_tree *t, uint64_t index)
{
    if (t->root == NULL || index >= span(t->height))
        return UINT64_MAX;
    uint64_t found = next_below(t->root, t->height, index);
    return found < span(t->height) ? found : UINT64_MAX;
}

static bool is_empty(const struct node *n)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (n->slot[i] != 0)
            return false;
    return true;
}

/* Removes [first, last], relative to the subtree and within it; true if nothing is left of it. */
static bool remove_below(struct page_tree *t, struct node *n, unsigned level, uint64_t first,
                         uint64_t last, void (*drop)(paddr_t))
{
    uint64_t width = span(level - 1);
    for (unsigned i = slot_of(first, level); i <= slot_of(last, level); i++) {
        uint64_t start = i * width;
        if (n->slot[i] == 0)
            continue;
        if (level == 1 && drop != NULL) {
            drop(n->slot[i]);
            n->slot[i] = 0;
            t->nr_pages--;
        } else if (level > 1 && remove_below(t, (struct node *)n->slot[i], level - 1,
                                             first > start ? first - start : 0,
                                             MIN(last - start, width - 1), drop)) {
            n->slot[i] = 0;
        }
    }
    bool empty = is_empty(n);
    if (empty)
        kfree(n);
    return empty;
}

void page_tree_remove(struct page_tree *t, uint64_t first, uint64_t last,
                      void (*drop)(paddr_t frame))
{
    if (t->root == NULL || first > last || first >= span(t->height))
        return;
    if (remove_below(t, t->root, t->height, first, MIN(last, span(t->height) - 1), drop)) {
        t->root = NULL;
        t->height = 0;
    }
}
