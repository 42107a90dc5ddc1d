/* SPDX-License-Identifier: BSD-3-Clause */
/* What a word of shared memory is, whatever address it is mapped at: for futexes.
 * Enters the VMA. */
#include "mm.h"
#include <hermit/file.h>
#include <hermit/vfs.h>
#include <linux/errno.h>

#define INO_BITS 48 /* the number of the file system above them */

/* Numbers of inodes are not used twice, as their memory is: who waits in a mapping that is gone
 * must not be taken for a waiter of the next object. */
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
