/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unmapping of file pages on behalf of the file. Takes mm.lock, inside the inode's lock;
 * page faults take neither.
 *
 * Race with a fault that already got its page from the file: the VMA is held here, so the
 * fault has either installed the page, which is then unmapped here, or will ask again,
 * and by then the file no longer has the page.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/entry.h>
#include <hermit/file.h>

/* Unmaps the pages of file range [from, to) from one mapping. */
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
