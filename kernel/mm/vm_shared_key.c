/* SPDX-License-Identifier: BSD-3-Clause */
/* Identifies a word of shared memory independently of the address it is mapped at, for futexes.
 * Enters the VMA; no locks. */
#include "mm.h"
#include <hermit/file.h>
#include <hermit/vfs.h>
#include <linux/errno.h>

#define INO_BITS 48 /* the number of the file system is above them */

/* The inode's number, not its address: memory is reused, numbers are not, and a waiter in a mapping
 * that is gone must not be taken for a waiter of a later object. */
static uintptr_t object_of(const struct file *f)
{
    const struct inode *inode = f->inode;

    return inode != NULL ? inode->sb->dev << INO_BITS ^ inode->ino : (uintptr_t)f;
}

int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset)
{
    const struct vma *v = mm_enter(addr);

    if (v == NULL)
        return -EFAULT;
    if (v->flags & VM_SHARED && v->file != NULL) {
        *object = object_of(v->file);
        *offset = vma_offset(v, addr);
    }
    mm_leave();
    return 0;
}
