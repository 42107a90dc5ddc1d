/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making, removing and protecting mappings. Takes mm.lock; files are released after it
 * is dropped, since that may sleep.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/atomic.h>
#include <hermit/file.h>
#include <hermit/rlimit.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/resource.h>

#define LIMIT_32BIT 0x80000000UL
#define PROT_FLAGS  (VM_READ | VM_WRITE | VM_EXEC)

/*
 * Anonymous areas of whole 2 MiB pages start at a 2 MiB boundary. Others are packed:
 * arrays that are used together must not all have the same offset from a 2 MiB
 * boundary, or they compete for the same cache sets.
 */
static size_t preferred_align(size_t length, unsigned flags, const struct file *file)
{
    if (file == NULL && length > 0 && length % HUGE_PAGE_SIZE == 0 &&
        !(flags & (VM_STACK | VM_NOHUGE)))
        return HUGE_PAGE_SIZE;
    return PAGE_SIZE;
}

/* Finds the place of a new mapping; unmaps what is there for VM_MAP_FIXED. 0 or −errno. */
static int choose_place(vaddr_t hint, size_t length, unsigned flags, unsigned how,
                        const struct file *file, struct vma **removed, struct vma_gap *place)
{
    if (likely(!(how & ~(unsigned)VM_MAP_POPULATE))) {
        *place = mm_place(hint, length, preferred_align(length, flags, file));
        return place->at != 0 ? 0 : -ENOMEM;
    }
    if (!(how & (VM_MAP_FIXED | VM_MAP_NOREPLACE))) {
        vaddr_t high = how & VM_MAP_TOPDOWN_STACK ? mm.mmap_base : LIMIT_32BIT;
        *place = vma_find_gap(&mm.tree, USER_MIN, high, length, PAGE_SIZE);
        return place->at != 0 ? 0 : -ENOMEM;
    }
    if (hint < USER_MIN)
        return -EPERM;
    if (hint >= USER_MAX || length > USER_MAX - hint)
        return -ENOMEM;
    if (how & VM_MAP_NOREPLACE && !vma_range_free(&mm.tree, hint, hint + length))
        return -EEXIST;
    int err = mm_unmap_locked(hint, hint + length, removed);
    *place = (struct vma_gap){hint, vma_find(&mm.tree, hint)};
    return err;
}

/*
 * Extends a mergeable neighbour over the new mapping `v`, which then needs no VMA of its own.
 * `above`: the VMA above it, NULL: none. False: no neighbour is mergeable.
 */
static bool extend(const struct vma *v, struct vma *above, struct vma **removed)
{
    struct vma *below = above != NULL ? vma_prev(above) : vma_last(&mm.tree);
    bool join_below = below != NULL && vma_mergeable(below, v);
    bool join_above = above != NULL && vma_mergeable(v, above);
    if (!join_below && !join_above)
        return false;
    mm_change_begin();
    if (join_above)
        vma_resize(above, v->start, above->end);
    else
        vma_resize(below, below->start, v->end);
    mm_change_end();
    if (join_above && join_below)
        mm_merge(v->start, v->start, removed);
    return true;
}

static long map_locked(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
                       uint64_t offset, struct vma **removed)
{
    struct vma_gap place;
    int err = choose_place(hint, length, flags, how, file, removed, &place);
    if (err != 0)
        return err;
    struct vma like;
    like.start = place.at;
    like.end = place.at + length;
    like.flags = flags;
    like.file = file;
    like.delta = file != NULL ? offset - place.at : 0;
    like.name = how & VM_MAP_TOPDOWN_STACK ? "[stack]" : NULL;
    if (!extend(&like, place.above, removed)) {
        struct vma *v = vma_alloc(0);
        if (v == NULL)
            return -ENOMEM;
        v->start = like.start;
        v->end = like.end;
        v->flags = flags;
        v->file = file;
        v->delta = like.delta;
        v->name = like.name;
        if (file != NULL)
            file_get(file);
        mm_change_begin();
        vma_insert_below(&mm.tree, v, place.above);
        mm_change_end();
    }
    mm.mapped += length;
    if (how & VM_MAP_TOPDOWN_STACK) /* mappings go below the stack and its room */
        mm.mmap_base = like.end - mm_stack_room() - (mm_random() & 0xfffff) * PAGE_SIZE;
    return (long)place.at;
}

long vm_map(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
            uint64_t offset)
{
    struct vma *removed = NULL;
    if (length == 0)
        return -EINVAL;
    if (length > USER_MAX)
        return -ENOMEM;
    if (mm_may_map(length, flags, file) != 0)
        return -ENOMEM;
    mm_lock();
    flags |= mm.default_flags;
    long at = mm.tree.count > VM_MAP_COUNT_MAX ? -ENOMEM : mm_may_expand(length, flags);
    if (at == 0)
        at = map_locked(hint, length, flags, how, file, offset, &removed);
    mm_unlock();
    if (removed != NULL)
        vma_free_list(removed);
    if (at >= 0 && flags & PROT_FLAGS && (how & VM_MAP_POPULATE || mm_locks_at_once(flags)))
        (void)mm_populate((vaddr_t)at, (vaddr_t)at + length); /* best effort, as on Linux */
    return at;
}

int vm_unmap(vaddr_t start, size_t length)
{
    struct vma *removed = NULL;
    if (length == 0 || start >= USER_MAX || length > USER_MAX - start)
        return -EINVAL;
    mm_lock();
    int err = mm_unmap_locked(start, start + length, &removed);
    mm_unlock();
    if (removed != NULL)
        vma_free_list(removed);
    return err;
}

/* 0, or −errno: `length` bytes of `v` cannot have these permissions. */
static int check_protect(const struct vma *v, size_t length, unsigned flags)
{
    if (v->flags & VM_KERNEL)
        return -EPERM;
    if (!(flags & VM_WRITE) || v->flags & VM_WRITE)
        return 0;
    if (v->file != NULL && v->flags & VM_SHARED &&
        (load_relaxed(&v->file->flags) & O_ACCMODE) != O_RDWR)
        return -EACCES;
    return v->flags & VM_SHARED ? 0
                                : mm_may_map(length, flags | (v->flags & VM_NORESERVE), v->file);
}

/* Moves a border of `v`: its part [start, end) goes to the neighbour. Returns the neighbour. */
static struct vma *give(struct vma *v, vaddr_t start, vaddr_t end, struct vma *neighbour)
{
    vaddr_t low = v->start, high = v->end;
    mm_change_begin();
    if (neighbour == vma_next(v))
        vma_move_border(v, start);
    else
        vma_move_border(neighbour, end);
    mm_change_end();
    mm_drain(low, high);
    vma_touch_like(neighbour, v);
    return neighbour;
}

/*
 * Makes [start, end), a part of `v` that shall get `flags`, a VMA of its own, or a part of a
 * neighbour that has these flags. Returns that VMA; NULL: no memory, or too many VMAs.
 */
static struct vma *carve(struct vma *v, vaddr_t start, vaddr_t end, unsigned flags)
{
    struct vma part;
    part.start = start;
    part.end = end;
    part.flags = flags;
    part.file = v->file;
    part.delta = v->delta;
    part.name = v->name;
    struct vma *prev = vma_prev(v), *next = vma_next(v);
    if (mm_split_page(v, start) != 0 || mm_split_page(v, end) != 0)
        return NULL;
    if (start > v->start && end == v->end && next != NULL && vma_mergeable(&part, next))
        return give(v, start, end, next);
    if (start == v->start && end < v->end && prev != NULL && vma_mergeable(prev, &part))
        return give(v, start, end, prev);
    if (start != v->start) {
        if (mm_split_at(start, 0) != 0)
            return NULL;
        v = vma_next(v);
    }
    return end == v->end || mm_split_at(end, 0) == 0 ? v : NULL;
}

/* Gives [start, end), which is all in `v`, new permissions. Sets *merge if neighbours may be
 * mergeable now. */
static int protect_one(struct vma *v, vaddr_t start, vaddr_t end, unsigned flags,
                       struct pt_batch *batch, bool *merge)
{
    int err = check_protect(v, end - start, flags);
    if (err != 0 || (v->flags & PROT_FLAGS) == flags)
        return err;
    *merge |= start == v->start && end == v->end;
    if (start != v->start || end != v->end)
        v = carve(v, start, end, (v->flags & ~(unsigned)PROT_FLAGS) | flags);
    if (v == NULL)
        return -ENOMEM;
    mm_change_begin(); /* mm_split_at() left VM_STACK only to a stack's lowest part */
    v->flags = (v->flags & ~(unsigned)PROT_FLAGS) | flags;
    mm_change_end();
    mm_drain(v->start, v->end); /* later faults see the new flags, but maybe old entries */
    if (load_relaxed(&v->touched)) {
        mm_hold(v);
        pt_protect(batch, start, end, mm_prot(flags));
    }
    return 0;
}

static int protect_locked(vaddr_t start, vaddr_t end, unsigned flags, struct pt_batch *batch,
                          bool *merge)
{
    int err = 0;
    for (vaddr_t at = start; at < end && err == 0;) {
        struct vma *v = vma_find(&mm.tree, at);
        if (v == NULL || v->start > at)
            return -ENOMEM;
        vaddr_t stop = MIN(end, v->end);
        err = protect_one(v, at, stop, flags, batch, merge);
        at = stop;
    }
    return err;
}

int vm_protect(vaddr_t start, size_t length, unsigned flags)
{
    struct vma *removed = NULL;
    struct pt_batch batch;
    if (start >= USER_MAX || length > USER_MAX - start)
        return -ENOMEM;
    bool merge = false;
    mm_lock();
    pt_batch_begin(&batch);
    int err = protect_locked(start, start + length, flags & PROT_FLAGS, &batch, &merge);
    pt_batch_end(&batch);
    mm_release();
    if (merge)
        mm_merge(start, start + length, &removed);
    mm_unlock();
    if (removed != NULL)
        vma_free_list(removed);
    return err;
}
