/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The set of VMAs: a red-black tree by address that also knows the largest gap of
 * each subtree, and a list in the same order. Pure logic, compiled on the host for the unit tests;
 * the caller locks and allocates.
 *
 * Page faults search the tree without the lock (mm_lock.c) and check `sequence`
 * before and after. So every change of the tree, or of a VMA in it, is made between
 * vma_change_begin() and vma_change_end(); the code between is short and never sleeps.
 */
#ifndef MM_VMA_H
#define MM_VMA_H

#include <hermit/atomic.h>
#include <hermit/panic.h>
#include <hermit/rbtree.h>
#include <hermit/types.h>
#include <hermit/vm.h>
#include <stdatomic.h>

#define STACK_GUARD_GAP (256 * PAGE_SIZE) /* kept free below a VM_STACK area, as on Linux */

struct vma {
    struct rb_node link;
    vaddr_t start, end;
    unsigned flags; /* enum vm_flags */
    /* False: no page of it was ever mapped. Set by faults; does not change while mm is locked and
     * the VMA is held, or removed and drained. */
    _Atomic bool touched;
    bool held; /* faults keep out: see mm_hold() */
    struct vma *next_held;
    struct file *file;       /* with a reference; NULL: anonymous memory or the image */
    uint64_t delta;          /* offset in the file minus address (modulo 2^64) */
    const char *name;        /* static string or NULL */
    size_t gap;              /* free bytes below, guard gap excluded */
    size_t max_gap;          /* largest gap in the subtree */
    struct vma *prev, *next; /* neighbours in the tree; next also links removed ones */
};

struct vma_tree {
    struct rb_root root;
    struct vma *first, *last;
    unsigned count;
    _Atomic unsigned sequence; /* odd while the tree changes */
};

/* The caller locks. Not nested. */
static inline void vma_change_begin(struct vma_tree *t)
{
    unsigned now = atomic_load_explicit(&t->sequence, memory_order_relaxed);
    atomic_store_explicit(&t->sequence, now + 1, memory_order_relaxed);
    /* release: before the changes; pairs with the fence after the look-up in mm_enter() */
    atomic_thread_fence(memory_order_release);
}

static inline void vma_change_end(struct vma_tree *t)
{
    unsigned now = atomic_load_explicit(&t->sequence, memory_order_relaxed);
    atomic_store_explicit(&t->sequence, now + 1, memory_order_release); /* pairs: mm_enter() */
}

/* A free place (0: none) and the VMA above it (NULL: none). */
struct vma_gap {
    vaddr_t at;
    struct vma *above;
};

/* First VMA that ends above `addr`; NULL: none. */
static inline struct vma *vma_find(const struct vma_tree *t, vaddr_t addr)
{
    struct rb_node *n = t->root.node;
    struct vma *best = NULL;
    while (n != NULL) {
        struct vma *v = rb_entry(n, struct vma, link);
        if (addr < v->end) {
            best = v;
            if (addr >= v->start)
                break;
            n = n->left;
        } else {
            n = n->right;
        }
    }
    return best;
}

static inline struct vma *vma_first(const struct vma_tree *t)
{
    return t->first;
}

static inline struct vma *vma_last(const struct vma_tree *t)
{
    return t->last;
}

static inline struct vma *vma_next(const struct vma *v)
{
    return v->next;
}

static inline struct vma *vma_prev(const struct vma *v)
{
    return v->prev;
}

/* Records that a page of `v` is about to be mapped. */
static inline void vma_touch(struct vma *v)
{
    if (!atomic_load_explicit(&v->touched, memory_order_relaxed))
        atomic_store_explicit(&v->touched, true, memory_order_relaxed);
}

/* Records that `v` gets pages of `from`. */
static inline void vma_touch_like(struct vma *v, const struct vma *from)
{
    if (atomic_load_explicit(&from->touched, memory_order_relaxed))
        vma_touch(v);
}

/* Offset in the file of an address in `v`. */
static inline uint64_t vma_offset(const struct vma *v, vaddr_t addr)
{
    return addr + v->delta;
}

/* Inserts `v`, whose range must be free. */
void vma_insert(struct vma_tree *t, struct vma *v);
/* The same if the caller knows the VMA above; NULL: none. */
void vma_insert_below(struct vma_tree *t, struct vma *v, struct vma *above);
void vma_remove(struct vma_tree *t, struct vma *v);
/* Changes the bounds; the order of VMAs must stay the same. */
void vma_resize(struct vma *v, vaddr_t start, vaddr_t end);
/* Moves the border between `v` and its neighbour above, which it touches. */
static inline void vma_move_border(struct vma *v, vaddr_t border)
{
    poke(v->end, border);
    poke(v->next->start, border);
}

/* True if nothing is mapped in [start, end). */
bool vma_range_free(const struct vma_tree *t, vaddr_t start, vaddr_t end);

/* Highest address, a multiple of `align`, where `length` bytes within [low, high) are free and
 * outside guard gaps. */
struct vma_gap vma_find_gap(const struct vma_tree *t, vaddr_t low, vaddr_t high, size_t length,
                            size_t align);

/* True if `b`, which follows `a`, can become part of it. */
static inline bool vma_mergeable(const struct vma *a, const struct vma *b)
{
    if (a->end != b->start || a->flags != b->flags || a->file != b->file || a->name != b->name)
        return false;
    if (a->flags & (VM_STACK | VM_IMAGE))
        return false;
    return a->file == NULL || a->delta == b->delta;
}

#endif
