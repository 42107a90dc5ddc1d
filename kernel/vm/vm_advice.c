/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * madvise(2), mlock(2), mincore(2) and their kin: discarding pages, flags such as
 * VM_LOCKED and VM_HUGE, residency. Takes mm.lock; residency enters the VMA instead.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/atomic.h>
#include <hermit/entry.h>
#include <hermit/file.h>
#include <hermit/frame_alloc.h>
#include <linux/errno.h>

int vm_check_mapped(vaddr_t start, vaddr_t end, unsigned *any)
{
    int err = 0;
    *any = 0;
    mm_lock();
    while (start < end && err == 0) {
        const struct vma *v = vma_find(&mm.tree, start);
        if (v == NULL || v->start > start) {
            err = -ENOMEM;
        } else {
            *any |= v->flags;
            start = v->end;
            cond_resched();
        }
    }
    mm_unlock();
    return err;
}

/* Discards one VMA's part of a range. */
static int discard_part(struct vma *v, vaddr_t start, vaddr_t end, bool anonymous_only)
{
    struct pt_batch batch;
    if (v->flags & (VM_LOCKED | VM_IMAGE))
        return -EINVAL;
    if (anonymous_only && (v->file != NULL || v->flags & VM_SHARED))
        return -EINVAL;
    if (v->file == NULL && v->flags & VM_SHARED)
        return 0; /* shared memory keeps its contents */
    mm_hold(v);
    int err = pt_split(start) != 0 || pt_split(end) != 0 ? -ENOMEM : 0;
    pt_batch_begin(&batch);
    if (err == 0)
        pt_unmap(&batch, start, end, start, end);
    pt_batch_end(&batch);
    mm_release();
    return err;
}

/* Discards each VMA's part of the range; −ENOMEM for holes, after the rest is done. */
int vm_discard(vaddr_t start, vaddr_t end, bool anonymous_only)
{
    int err = 0;
    bool hole = false;
    mm_lock();
    while (start < end && err == 0) {
        struct vma *v = vma_find(&mm.tree, start);
        if (v == NULL || v->start > start)
            hole = true;
        if (v == NULL || v->start >= end)
            break;
        vaddr_t from = MAX(start, v->start);
        start = MIN(end, v->end);
        err = discard_part(v, from, start, anonymous_only);
    }
    mm_unlock();
    return err == 0 && hole ? -ENOMEM : err;
}

int vm_change_flags(vaddr_t start, vaddr_t end, unsigned set, unsigned clear)
{
    struct vma *removed = NULL;
    int err = 0;
    bool hole = false;
    mm_lock();
    for (vaddr_t at = start; at < end && err == 0;) {
        struct vma *v = vma_find(&mm.tree, at);
        if (v == NULL || v->start > at)
            hole = true;
        if (v == NULL || v->start >= end)
            break;
        at = MAX(at, v->start);
        vaddr_t stop = MIN(end, v->end);
        if (((v->flags | set) & ~clear) != v->flags && !(v->flags & VM_KERNEL)) {
            if (mm_split_at(at, 0) != 0 || mm_split_at(stop, 0) != 0)
                err = -EAGAIN;
            v = vma_find(&mm.tree, at);
            mm_change_begin();
            if (err == 0)
                v->flags = (v->flags | set) & ~clear;
            mm_change_end();
        }
        at = stop;
        cond_resched();
    }
    mm_merge(start, end, &removed);
    mm_unlock();
    vma_free_list(removed);
    return err == 0 && hole ? -ENOMEM : err;
}

void vm_lock_future(unsigned flags)
{
    mm_lock();
    mm.default_flags = flags;
    mm_unlock();
}

int vm_populate(vaddr_t start, vaddr_t end)
{
    return mm_populate(start, end);
}

/* All of a file in memory is resident, mapped or not; of another one, what it has here. */
static bool file_has(const struct vma *v, vaddr_t addr)
{
    paddr_t frame;
    if (v->file->ops->fill_page == NULL)
        return true;
    if (v->file->ops->get_page(v->file, vma_offset(v, addr) >> PAGE_SHIFT, false, &frame) != 0)
        return false;
    frame_put(frame, 0);
    return true;
}

int vm_resident(vaddr_t addr)
{
    const struct vma *v = mm_enter(addr);
    if (v == NULL)
        return -ENOMEM;
    bool huge;
    pte_slot *slot = pt_find(addr, &huge);
    int result =
        (slot != NULL && load_relaxed(slot) != 0) || (v->file != NULL && file_has(v, addr));
    mm_leave();
    return result;
}
