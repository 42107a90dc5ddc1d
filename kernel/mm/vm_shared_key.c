/* SPDX-License-Identifier: BSD-3-Clause */
/* What a word of shared memory is, whatever address it is mapped at: for futexes. Takes mm.lock. */
#include "mm.h"
#include <hermit/file.h>
#include <linux/errno.h>

int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset)
{
    mm_reader reader = mm_read_lock();
    const struct vma *v = vma_find(&mm.tree, addr);
    int err = v != NULL && addr >= v->start ? 0 : -EFAULT;

    if (err == 0 && v->flags & VM_SHARED && v->file != NULL) {
        struct file *f = v->file;
        *object = f->inode != NULL ? (uintptr_t)f->inode : (uintptr_t)f;
        *offset = v->offset + (addr - v->start);
    }
    mm_read_unlock(reader);
    return err;
}
