/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What files ask of the address space. Takes mm.lock for writing, inside the
 * inode's lock; page faults do not take that one.
 */
#include "mm.h"
#include <arch/paging.h>
#include <hermit/file.h>

/* Takes the pages of file range [from, to) out of one mapping. */
static void unmap_part(const struct vma *v, uint64_t from, uint64_t to, struct pt_batch *batch)
{
    uint64_t end = v->offset + (v->end - v->start);
    from = MAX(from, v->offset);
    to = MIN(to, end);
    if (from < to)
        pt_unmap(batch, v->start + (from - v->offset), v->start + (to - v->offset), USER_MAX, 0);
}

void vm_file_unmap(const struct inode *inode, uint64_t from, uint64_t to, bool copies)
{
    struct pt_batch batch;
    mm_write_lock();
    pt_batch_begin(&batch);
    for (const struct vma *v = vma_first(&mm.tree); v != NULL; v = vma_next(v))
        if (v->file != NULL && v->file->inode == inode && (copies || v->flags & VM_SHARED))
            unmap_part(v, from, to, &batch);
    pt_batch_end(&batch);
    mm_write_unlock();
}
