/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The part of a page fault that waits: for a page of a file that is elsewhere, and for memory that
 * the files' pages give back. Linked only with such files, which set the hook. No lock is held, and
 * no VMA entered, while it waits; then the fault begins again.
 */
#include "vm_internal.h"
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <hermit/file.h>

static int fill(struct vma *v, vaddr_t addr, int *si_code)
{
    const struct file_ops *ops = v->file->ops;
    struct inode *inode = v->file->inode;
    uint64_t index = vma_offset(v, addr) >> PAGE_SHIFT;
    inode_get(inode); /* the mapping may go meanwhile */
    mm_leave();
    int err = ops->fill_page(inode, index);
    inode_put(inode);
    if (err == 0 || err == -ENOMEM)
        return err;
    *si_code = BUS_ADRERR;
    return SIGBUS;
}

static int wait_in_fault(struct vma *v, vaddr_t addr, int result, int *si_code)
{
    if (result == -EAGAIN)
        result = fill(v, addr, si_code);
    else
        mm_leave();
    if (result == -ENOMEM && file_pages_reclaim())
        result = 0;
    return result;
}

int (*vm_wait_in_fault)(struct vma *v, vaddr_t addr, int result, int *si_code);

void vm_let_faults_wait(void)
{
    publish_pointer(vm_wait_in_fault, wait_in_fault);
}
