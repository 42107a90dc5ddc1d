/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unmapping, and protection from stores, of file pages on behalf of the file. Takes mm.lock, inside
 * the inode's lock; page faults take neither.
 *
 * Race with a fault that already got its page from the file: the VMA is held here, so the
 * fault has either installed the page, which is then unmapped here, or will ask again,
 * and by then the file no longer has the page.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/entry.h>
#include <hermit/file.h>

/* Unmaps pages of a mapping. */
static void unmap(const struct vma *v, vaddr_t start, vaddr_t end, bool copies,
                  struct pt_batch *batch)
{
    if (copies || v->flags & VM_SHARED)
        pt_unmap(batch, start, end, USER_MAX, 0);
    else
        pt_unmap_clean(batch, start, end);
}

/* Takes the permission to store from pages of a mapping, until they fault. */
static void clean(const struct vma *v, vaddr_t start, vaddr_t end, bool copies,
                  struct pt_batch *batch)
{
    (void)copies;
    if (v->flags & VM_SHARED)
        pt_clean(batch, start, end);
}

static bool shows(const struct vma *v, const struct inode *inode)
{
    const struct file *f = v->file;
    if (f == NULL)
        return false;
    return f->ops->mapped != NULL ? f->ops->mapped(f) == inode : f->inode == inode;
}

/* Works on the part of each mapping that shows bytes [from, to) of a file. No fault is in it. */
static void for_each_part(const struct inode *inode, uint64_t from, uint64_t to, bool copies,
                          void (*work)(const struct vma *v, vaddr_t start, vaddr_t end, bool copies,
                                       struct pt_batch *batch))
{
    struct pt_batch batch;
    mm_lock();
    pt_batch_begin(&batch);
    for (struct vma *v = vma_first(&mm.tree); v != NULL; v = vma_next(v)) {
        uint64_t start = MAX(from, vma_offset(v, v->start)), end = MIN(to, vma_offset(v, v->end));
        if (start < end && shows(v, inode)) {
            mm_hold(v);
            work(v, start - v->delta, end - v->delta, copies, &batch);
            mm_release();
        }
        cond_resched();
    }
    pt_batch_end(&batch);
    mm_unlock();
}

void vm_file_unmap(const struct inode *inode, uint64_t from, uint64_t to, bool copies)
{
    for_each_part(inode, from, to, copies, unmap);
}

void vm_file_clean(const struct inode *inode, uint64_t from, uint64_t to)
{
    for_each_part(inode, from, to, false, clean);
}
