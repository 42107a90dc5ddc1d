/* SPDX-License-Identifier: BSD-3-Clause */
/* What a word of shared memory is, whatever address it is mapped at: for futexes. Enters the VMA.
 */
#include "mm.h"
#include <hermit/file.h>
#include <linux/errno.h>

int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset)
{
    const struct vma *v = mm_enter(addr);

    if (v == NULL)
        return -EFAULT;
    if (v->flags & VM_SHARED && v->file != NULL) {
        struct file *f = v->file;
        *object = f->inode != NULL ? (uintptr_t)f->inode : (uintptr_t)f;
        *offset = vma_offset(v, addr);
    }
    mm_leave();
    return 0;
}
