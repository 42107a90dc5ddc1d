/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changing the size and place of mappings: mremap and brk. Takes mm.lock.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/atomic.h>
#include <hermit/file.h>
#include <hermit/rlimit.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/resource.h>

struct remap {
    vaddr_t old, new; /* new: with MREMAP_FIXED */
    size_t old_size, new_size;
    unsigned flags; /* MREMAP_* */
    struct vma *removed;
};

/* A VMA at [at, at + size) that maps what `v` maps from `from` on; not yet inserted. */
static struct vma *clone_vma(const struct vma *v, vaddr_t from, vaddr_t at, size_t size)
{
    struct vma *n = vma_alloc(0);
    if (n == NULL)
        return NULL;
    n->start = at;
    n->end = at + size;
    n->flags = v->flags & ~(unsigned)VM_STACK;
    n->name = v->flags & VM_STACK ? NULL : v->name;
    n->file = v->file;
    n->delta = v->file != NULL ? vma_offset(v, from) - at : 0;
    if (n->file != NULL)
        file_get(n->file);
    return n;
}

/* The address to move to, after unmapping what is there for MREMAP_FIXED. Address or −errno. */
static long move_target(struct remap *r, const struct vma *v)
{
    if (r->flags & MREMAP_FIXED) {
        int err = mm_unmap_locked(r->new, r->new + r->new_size, &r->removed);
        return err != 0 ? err : (long)r->new;
    }
    bool huge = v->file == NULL && r->new_size >= HUGE_PAGE_SIZE;
    vaddr_t at = mm_place(0, r->new_size, huge ? HUGE_PAGE_SIZE : PAGE_SIZE).at;
    return at != 0 ? (long)at : -ENOMEM;
}

static long move(struct remap *r, const struct vma *v)
{
    struct pt_batch batch;
    size_t moved = MIN(r->old_size, r->new_size);
    if (mm.tree.count >= VM_MAP_COUNT_MAX - MM_MAP_ROOM_TO_MOVE)
        return -ENOMEM;
    if (mm_may_expand(r->flags & MREMAP_DONTUNMAP ? r->new_size : r->new_size - moved, v->flags) !=
        0)
        return -ENOMEM;
    long at = move_target(r, v);
    if (at < 0)
        return at;
    struct vma *from = vma_find(&mm.tree, r->old); /* move_target() may have split it */
    struct vma *n = clone_vma(from, r->old, (vaddr_t)at, r->new_size);
    if (n == NULL)
        return -ENOMEM;
    mm_hold(from);
    vma_touch_like(n, from);
    pt_batch_begin(&batch);
    int err = pt_split(r->old);
    if (err == 0)
        err = pt_split(r->old + moved);
    if (err == 0)
        err = pt_move(&batch, r->old, n->start, moved);
    pt_batch_end(&batch);
    mm_release();
    if (err != 0) {
        n->next = r->removed;
        r->removed = n;
        return err;
    }
    mm_change_begin();
    vma_insert(&mm.tree, n);
    mm_change_end();
    mm.mapped += r->new_size;
    if (!(r->flags & MREMAP_DONTUNMAP))
        (void)mm_unmap_locked(r->old, r->old + r->old_size, &r->removed);
    mm_merge(n->start, n->end, &r->removed);
    return at;
}

static bool can_grow(const struct vma *v, vaddr_t end, size_t more)
{
    const struct vma *next = vma_next(v);
    if (v->end != end || more > USER_MAX - end)
        return false;
    vaddr_t limit = next == NULL ? USER_MAX : next->start;
    if (next != NULL && next->flags & VM_STACK)
        limit -= STACK_GUARD_GAP;
    return end + more <= limit;
}

static long grow_or_move(struct remap *r, struct vma *v)
{
    size_t more = r->new_size - r->old_size;
    if (!(r->flags & MREMAP_FIXED) && can_grow(v, r->old + r->old_size, more)) {
        if (mm_may_expand(more, v->flags) != 0)
            return -ENOMEM;
        mm_change_begin();
        vma_resize(v, v->start, v->end + more);
        mm_change_end();
        mm.mapped += more;
        mm_merge(v->start, v->end, &r->removed);
        return (long)r->old;
    }
    return r->flags & MREMAP_MAYMOVE ? move(r, v) : -ENOMEM;
}

static long remap_locked(struct remap *r)
{
    struct vma *v = vma_find(&mm.tree, r->old);
    if (v == NULL || v->start > r->old)
        return -EFAULT;
    if (v->flags & VM_KERNEL)
        return -EPERM;
    bool stay = !(r->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP));
    if (stay && r->new_size <= r->old_size) {
        int err = r->new_size == r->old_size
                      ? 0
                      : mm_unmap_locked(r->old + r->new_size, r->old + r->old_size, &r->removed);
        return err != 0 ? err : (long)r->old;
    }
    if (r->old_size == 0) /* asks for a second mapping of shared memory: not supported */
        return -EINVAL;
    if (r->flags & MREMAP_DONTUNMAP && (v->file != NULL || v->flags & VM_SHARED))
        return -EINVAL;
    if (r->new_size < r->old_size) { /* MREMAP_FIXED: the tail goes first */
        int err = mm_unmap_locked(r->old + r->new_size, r->old + r->old_size, &r->removed);
        if (err != 0)
            return err;
        r->old_size = r->new_size;
        v = vma_find(&mm.tree, r->old);
    }
    if (r->old + r->old_size > v->end)
        return -EFAULT;
    if (v->flags & VM_IMAGE)
        return -EINVAL;
    if (mm_may_map(r->new_size - r->old_size, v->flags, v->file) != 0)
        return -ENOMEM;
    return stay ? grow_or_move(r, v) : move(r, v);
}

long vm_remap(vaddr_t old, size_t old_size, size_t new_size, unsigned flags, vaddr_t new)
{
    struct remap r = {old, new, old_size, new_size, flags, NULL};
    unsigned vm_flags = 0;
    mm_lock();
    long at = remap_locked(&r);
    if (at >= 0)
        vm_flags = vma_find(&mm.tree, (vaddr_t)at)->flags;
    mm_unlock();
    vma_free_list(r.removed);
    if (at >= 0 && mm_locks_at_once(vm_flags))
        (void)mm_populate((vaddr_t)at, (vaddr_t)at + new_size);
    return at;
}

static int grow_heap(vaddr_t from, vaddr_t to, struct vma **removed)
{
    const struct vma *above = vma_find(&mm.tree, from);
    size_t gap = above != NULL && above->flags & VM_STACK ? STACK_GUARD_GAP : PAGE_SIZE;
    if (above != NULL && above->start < to + gap)
        return -ENOMEM;
    unsigned flags = VM_READ | VM_WRITE | mm.default_flags;
    if (mm.tree.count > VM_MAP_COUNT_MAX || mm_may_map(to - from, flags, NULL) != 0 ||
        mm_may_expand(to - from, flags) != 0)
        return -ENOMEM;
    struct vma *v = vma_alloc(0);
    if (v == NULL)
        return -ENOMEM;
    v->start = from;
    v->end = to;
    v->flags = flags;
    mm_change_begin();
    vma_insert(&mm.tree, v);
    mm_change_end();
    mm.mapped += to - from;
    mm_merge(from, to, removed);
    return 0;
}

vaddr_t vm_brk(vaddr_t brk)
{
    struct vma *removed = NULL;
    int err = 0;
    bool grown = false;
    mm_lock();
    vaddr_t from = ALIGN_UP(mm.brk_end, PAGE_SIZE), to = ALIGN_UP(brk, PAGE_SIZE);
    if (brk < mm.brk_start || brk >= USER_MAX || brk - mm.brk_start > rlimit_soft(RLIMIT_DATA))
        err = -ENOMEM;
    else if (to < from)
        err = mm_unmap_locked(to, from, &removed);
    else if (to > from)
        err = grow_heap(from, to, &removed), grown = true;
    if (err == 0)
        mm.brk_end = brk;
    vaddr_t now = mm.brk_end;
    bool locked = mm_locks_at_once(mm.default_flags);
    mm_unlock();
    vma_free_list(removed);
    if (grown && err == 0 && locked)
        (void)mm_populate(from, to);
    return now;
}
