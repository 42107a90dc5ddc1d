/* SPDX-License-Identifier: BSD-3-Clause */
/* Identifies a word of shared memory independently of the address it is mapped at, for futexes.
 * Enters the VMA; no locks. */
#include "vm_internal.h"
#include <hermit/file.h>
#include <linux/errno.h>

int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset)
{
    const struct vma *v = mm_enter(addr);

    if (v == NULL)
        return -EFAULT;
    if (v->flags & VM_SHARED && v->file != NULL) {
        *object = file_identity(v->file);
        *offset = vma_offset(v, addr);
    }
    mm_leave();
    return 0;
}
