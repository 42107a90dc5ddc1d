/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree of VMAs: see vma.h. Owns the links and gaps of its nodes; the caller locks. */
#include "vma.h"

static struct vma *entry(struct rb_node *n)
{
    return n != NULL ? rb_entry(n, struct vma, link) : NULL;
}

struct vma *vma_first(const struct vma_tree *t)
{
    return entry(rb_first(&t->root));
}

struct vma *vma_last(const struct vma_tree *t)
{
    return entry(rb_last(&t->root));
}

struct vma *vma_next(const struct vma *v)
{
    return entry(rb_next(&v->link));
}

struct vma *vma_prev(const struct vma *v)
{
    return entry(rb_prev(&v->link));
}

/* Lowest address that the VMA keeps others away from. */
static vaddr_t low_of(const struct vma *v)
{
    if (!(v->flags & VM_STACK))
        return v->start;
    return v->start > STACK_GUARD_GAP ? v->start - STACK_GUARD_GAP : 0;
}

static void update_max_gap(struct rb_node *n)
{
    struct vma *v = entry(n);
    v->max_gap = v->gap;
    if (n->left != NULL)
        v->max_gap = MAX(v->max_gap, entry(n->left)->max_gap);
    if (n->right != NULL)
        v->max_gap = MAX(v->max_gap, entry(n->right)->max_gap);
}

static void update_gap(struct vma *v)
{
    const struct vma *prev = vma_prev(v);
    vaddr_t floor = prev != NULL ? prev->end : 0;
    vaddr_t low = low_of(v);
    v->gap = low > floor ? low - floor : 0;
    for (struct rb_node *n = &v->link; n != NULL; n = n->parent) {
        size_t old = entry(n)->max_gap;
        update_max_gap(n);
        if (entry(n)->max_gap == old) /* nothing above depends on anything else */
            break;
    }
}

void vma_insert(struct vma_tree *t, struct vma *v)
{
    struct rb_node *parent = NULL, **link = &t->root.node;
    while (*link != NULL) {
        parent = *link;
        link = v->start < entry(parent)->start ? &parent->left : &parent->right;
    }
    v->gap = 0;
    rb_insert(&t->root, parent, link, &v->link, update_max_gap);
    t->count++;
    update_gap(v);
    struct vma *next = vma_next(v);
    if (next != NULL)
        update_gap(next);
}

void vma_remove(struct vma_tree *t, struct vma *v)
{
    struct vma *next = vma_next(v);
    rb_remove(&t->root, &v->link, update_max_gap);
    t->count--;
    if (next != NULL)
        update_gap(next);
}

void vma_resize(struct vma *v, vaddr_t start, vaddr_t end)
{
    v->start = start;
    v->end = end;
    update_gap(v);
    struct vma *next = vma_next(v);
    if (next != NULL)
        update_gap(next);
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
static vaddr_t fit(const struct gap_search *s, vaddr_t start, vaddr_t end)
{
    start = MAX(start, s->low);
    end = MIN(end, s->high);
    if (end < start || end - start < s->length)
        return 0;
    vaddr_t at = ALIGN_DOWN(end - s->length, s->align);
    return at >= start ? at : 0;
}

/* Searches the gaps of a subtree from the highest down. */
static vaddr_t search(const struct gap_search *s, struct rb_node *n)
{
    while (n != NULL && entry(n)->max_gap >= s->length) {
        const struct vma *v = entry(n);
        vaddr_t at = v->end < s->high ? search(s, n->right) : 0;
        if (at != 0)
            return at;
        if (v->gap >= s->length) {
            at = fit(s, low_of(v) - v->gap, low_of(v));
            if (at != 0)
                return at;
        }
        n = n->left;
    }
    return 0;
}

vaddr_t vma_find_gap(const struct vma_tree *t, vaddr_t low, vaddr_t high, size_t length,
                     size_t align)
{
    const struct gap_search s = {low, high, length, align};
    const struct vma *last = vma_last(t);
    vaddr_t at = fit(&s, last != NULL ? last->end : 0, high);
    return at != 0 ? at : search(&s, t->root.node);
}

bool vma_mergeable(const struct vma *a, const struct vma *b)
{
    if (a->end != b->start || a->flags != b->flags || a->file != b->file || a->name != b->name)
        return false;
    if (a->flags & (VM_STACK | VM_IMAGE))
        return false;
    return a->file == NULL || a->offset + (a->end - a->start) == b->offset;
}
