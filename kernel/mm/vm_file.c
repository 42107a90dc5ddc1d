/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What files ask of the address space. Takes mm.lock, inside the inode's lock; page
 * faults take neither.
 *
 * Against a fault that has asked the file for its page already: the VMA is held, so the
 * fault has installed the page, which goes here, or asks again, and the file has let
 * go of it by now.
 */
#include "mm.h"
#include <arch/paging.h>
#include <hermit/file.h>
#include <hermit/sched.h>

/* Takes the pages of file range [from, to) out of one mapping. */
static void unmap_part(struct vma *v, uint64_t from, uint64_t to, bool copies,
                       struct pt_batch *batch)
{
    from = MAX(from, vma_offset(v, v->start));
    to = MIN(to, vma_offset(v, v->end));
    if (from >= to)
        return;
    vaddr_t start = from - v->delta, end = to - v->delta;
    mm_hold(v);
    if (copies || v->flags & VM_SHARED)
        pt_unmap(batch, start, end, USER_MAX, 0);
    else
        pt_unmap_clean(batch, start, end);
    mm_release();
}

void vm_file_unmap(const struct inode *inode, uint64_t from, uint64_t to, bool copies)
{
    struct pt_batch batch;
    mm_lock();
    pt_batch_begin(&batch);
    for (struct vma *v = vma_first(&mm.tree); v != NULL; v = vma_next(v)) {
        if (v->file != NULL && v->file->inode == inode)
            unmap_part(v, from, to, copies, &batch);
        cond_resched();
    }
    pt_batch_end(&batch);
    mm_unlock();
}
