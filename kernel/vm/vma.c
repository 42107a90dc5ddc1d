/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree of VMAs: see vma.h. Owns the links and gaps of its nodes; the caller locks. */
#include "vma.h"

#include <hermit/atomic.h>

static struct vma *entry(const struct rb_node *n)
{
    return rb_entry(n, struct vma, link);
}

/* Lowest address that the VMA keeps others away from. */
static vaddr_t low_of(const struct vma *v)
{
    if (likely(!(v->flags & VM_STACK)))
        return v->start;
    return v->start > STACK_GUARD_GAP ? v->start - STACK_GUARD_GAP : 0;
}

/*
 * max_gap is capped at this. The few larger gaps can all be searched, and the huge one below
 * the mappings, which changes with each new mapping, then causes no update of the subtrees.
 */
#define GAP_CAP (1UL << 40)

static bool update_max_gap(struct rb_node *n)
{
    struct vma *v = entry(n);
    size_t old = v->max_gap, max = MIN(v->gap, GAP_CAP);
    if (n->left != NULL)
        max = MAX(max, entry(n->left)->max_gap);
    if (n->right != NULL)
        max = MAX(max, entry(n->right)->max_gap);
    v->max_gap = max;
    return max != old;
}

static void update_gap(struct vma *v)
{
    vaddr_t floor = v->prev != NULL ? v->prev->end : 0;
    vaddr_t low = low_of(v);
    size_t old = v->gap;
    v->gap = low > floor ? low - floor : 0;
    if (MIN(old, GAP_CAP) == MIN(v->gap, GAP_CAP))
        return;
    struct rb_node *n = &v->link;
    while (n != NULL && update_max_gap(n))
        n = n->parent;
}

void vma_insert_below(struct vma_tree *t, struct vma *v, struct vma *above)
{
    struct vma *below = above != NULL ? above->prev : t->last;
    struct rb_node *parent = NULL, **link = &t->root.node;
    ASSERT(atomic_load_explicit(&t->sequence, memory_order_relaxed) & 1);
    v->prev = below;
    v->next = above;
    *(below != NULL ? &below->next : &t->first) = v;
    *(above != NULL ? &above->prev : &t->last) = v;
    /* Of two adjacent VMAs one is a descendant of the other and has no child on its side. */
    if (above != NULL && above->link.left == NULL) {
        parent = &above->link;
        link = &parent->left;
    } else if (below != NULL) {
        parent = &below->link;
        link = &parent->right;
    }
    v->gap = v->max_gap = 0;
    rb_insert(&t->root, parent, link, &v->link, update_max_gap);
    t->count++;
    update_gap(v);
    if (above != NULL)
        update_gap(above);
}

void vma_insert(struct vma_tree *t, struct vma *v)
{
    vma_insert_below(t, v, vma_find(t, v->start));
}

void vma_remove(struct vma_tree *t, struct vma *v)
{
    ASSERT(atomic_load_explicit(&t->sequence, memory_order_relaxed) & 1);
    *(v->prev != NULL ? &v->prev->next : &t->first) = v->next;
    *(v->next != NULL ? &v->next->prev : &t->last) = v->prev;
    rb_remove(&t->root, &v->link, update_max_gap);
    t->count--;
    if (v->next != NULL)
        update_gap(v->next);
}

void vma_resize(struct vma *v, vaddr_t start, vaddr_t end)
{
    bool upper = v->end != end;
    poke(v->start, start);
    poke(v->end, end);
    update_gap(v);
    if (upper && v->next != NULL)
        update_gap(v->next);
}

bool vma_range_free(const struct vma_tree *t, vaddr_t start, vaddr_t end)
{
    const struct vma *v = vma_find(t, start);
    return v == NULL || v->start >= end;
}

struct gap_search {
    vaddr_t low, high;
    size_t length, align;
};

/* Highest fitting place within the free range [start, end); 0: none. */
static inline vaddr_t fit(const struct gap_search *s, vaddr_t start, vaddr_t end)
{
    end = MIN(end, s->high);
    if (end < s->length)
        return 0;
    vaddr_t at = ALIGN_DOWN(end - s->length, s->align);
    return at >= start && at >= s->low ? at : 0;
}

/* The next lower node that was not visited: the nearest ancestor reached from its right side. */
static struct rb_node *climb(struct rb_node *n)
{
    while (n->parent != NULL && n == n->parent->left)
        n = n->parent;
    return n->parent;
}

static bool worth_it(const struct gap_search *s, const struct rb_node *n)
{
    return n != NULL && entry(n)->max_gap >= MIN(s->length, GAP_CAP);
}

/* Searches the gaps below VMAs from the highest down. */
static inline struct vma_gap search(const struct gap_search *s, struct rb_node *n)
{
    bool descend = worth_it(s, n);
    if (!descend)
        return (struct vma_gap){0, NULL};
    while (n != NULL) {
        while (descend && entry(n)->end < s->high && worth_it(s, n->right))
            n = n->right;
        struct vma *v = entry(n);
        if (v->gap >= s->length) {
            vaddr_t at = fit(s, low_of(v) - v->gap, low_of(v));
            if (at != 0)
                return (struct vma_gap){at, v};
        }
        descend = worth_it(s, n->left);
        n = descend ? n->left : climb(n);
    }
    return (struct vma_gap){0, NULL};
}

struct vma_gap vma_find_gap(const struct vma_tree *t, vaddr_t low, vaddr_t high, size_t length,
                            size_t align)
{
    const struct gap_search s = {low, high, length, align};
    vaddr_t at = fit(&s, t->last != NULL ? t->last->end : 0, high);
    if (at != 0)
        return (struct vma_gap){at, NULL};
    return search(&s, t->root.node);
}
