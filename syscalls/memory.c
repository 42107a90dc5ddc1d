/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mmap, munmap, mprotect, mremap, brk: checks the arguments as Linux 6.1 does; kernel/vm does the
 * work. Holds no locks.
 */
#include "syscall.h"
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/vm.h>
#include <linux/fcntl.h>
#include <linux/mman.h>

#include "handlers.h"

#define PROT_ALL    (PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)
#define MAP_REFUSED (MAP_HUGETLB | MAP_GROWSDOWN)
/* Flags that MAP_SHARED_VALIDATE accepts. */
#define MAP_KNOWN                                                                                  \
    (MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_32BIT | MAP_GROWSDOWN | MAP_DENYWRITE |            \
     MAP_EXECUTABLE | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK |       \
     MAP_HUGETLB | MAP_FIXED_NOREPLACE)

static unsigned vm_prot(unsigned long prot)
{
    return (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) |
           (prot & PROT_EXEC ? VM_EXEC : 0);
}

static unsigned vm_flags_of(unsigned long prot, unsigned long flags)
{
    unsigned vm = vm_prot(prot);
    if ((flags & MAP_TYPE) != MAP_PRIVATE)
        vm |= VM_SHARED;
    if (flags & MAP_NORESERVE)
        vm |= VM_NORESERVE;
    if (flags & MAP_LOCKED)
        vm |= VM_LOCKED;
    if (flags & MAP_STACK)
        vm |= VM_NOHUGE;
    return vm;
}

static unsigned how_of(unsigned long flags)
{
    unsigned how = 0;
    if (flags & MAP_FIXED_NOREPLACE)
        how |= VM_MAP_NOREPLACE;
    else if (flags & MAP_FIXED)
        how |= VM_MAP_FIXED;
    if ((flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
        how |= VM_MAP_POPULATE;
    if (flags & MAP_32BIT)
        how |= VM_MAP_32BIT;
    return how;
}

/* 0, or the error for invalid or unsupported flags. */
static long check_flags(unsigned long flags)
{
    unsigned long type = flags & MAP_TYPE;
    if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE)
        return -EINVAL;
    if (type == MAP_SHARED_VALIDATE && (flags & MAP_ANONYMOUS))
        return -EINVAL;
    if (type == MAP_SHARED_VALIDATE && (flags & ~(unsigned long)MAP_KNOWN))
        return -EOPNOTSUPP;
    if (flags & MAP_HUGETLB)
        return -ENOMEM; /* as Linux with an empty huge-page pool */
    return flags & MAP_REFUSED ? -EOPNOTSUPP : 0;
}

/* 0, or the error for a file that cannot be mapped in this way. */
static long check_file(struct file *f, unsigned long prot, unsigned long flags)
{
    unsigned mode = load_relaxed(&f->flags) & O_ACCMODE;
    if (mode == O_WRONLY)
        return -EACCES;
    if ((flags & MAP_TYPE) != MAP_PRIVATE && prot & PROT_WRITE && mode != O_RDWR)
        return -EACCES;
    if (f->ops->get_page == NULL && !f->ops->maps_zeros)
        return -ENODEV;
    return f->ops->mmap != NULL ? f->ops->mmap(f, (flags & MAP_TYPE) != MAP_PRIVATE) : 0;
}

long sys_mmap(unsigned long addr, size_t length, unsigned long prot, unsigned long flags, int fd,
              unsigned long offset)
{
    struct file *f = NULL;
    if (flags == (MAP_PRIVATE | MAP_ANONYMOUS) && offset == 0 && length - 1 < USER_MAX)
        return vm_map(ALIGN_DOWN(addr, PAGE_SIZE), ALIGN_UP(length, PAGE_SIZE), vm_prot(prot), 0,
                      NULL, 0);
    if (offset & (PAGE_SIZE - 1))
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS) && (f = fd_get(fd)) == NULL)
        return -EBADF;
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    vaddr_t hint = addr;
    long result = -EINVAL;
    if (length == 0)
        goto out;
    result = -ENOMEM;
    if (size == 0 || size > USER_MAX)
        goto out;
    result = -EOVERFLOW;
    if (f != NULL && offset + size < size)
        goto out;
    result = -EINVAL;
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) && !IS_ALIGNED(hint, PAGE_SIZE))
        goto out;
    result = check_flags(flags);
    if (result == 0 && f != NULL)
        result = check_file(f, prot, flags);
    if (result == 0)
        result = vm_map(ALIGN_DOWN(hint, PAGE_SIZE), size, vm_flags_of(prot, flags), how_of(flags),
                        f != NULL && f->ops->maps_zeros ? NULL : f, offset);
out:
    if (f != NULL)
        file_put(f);
    return result;
}

long sys_munmap(unsigned long addr, size_t length)
{
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    if (!IS_ALIGNED(addr, PAGE_SIZE) || size == 0)
        return -EINVAL;
    return vm_unmap(addr, size);
}

long sys_mprotect(unsigned long addr, size_t length, unsigned long prot)
{
    vaddr_t start = addr;
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    if (prot & ~(long)PROT_ALL || !IS_ALIGNED(start, PAGE_SIZE))
        return -EINVAL;
    if (prot & (PROT_GROWSDOWN | PROT_GROWSUP)) /* no mapping grows: stacks are mapped whole */
        return -EINVAL;
    if (length == 0)
        return 0;
    if (size == 0 || start + size < start)
        return -ENOMEM;
    return vm_protect(start, size, vm_prot(prot));
}

long sys_mremap(unsigned long addr, size_t old_length, size_t new_length, unsigned long flags,
                unsigned long new_addr)
{
    vaddr_t old = addr, new = new_addr;
    size_t old_size = ALIGN_UP(old_length, PAGE_SIZE);
    size_t new_size = ALIGN_UP(new_length, PAGE_SIZE);
    if (flags & ~(long)(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP))
        return -EINVAL;
    if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE))
        return -EINVAL;
    if (flags & MREMAP_DONTUNMAP && old_size != new_size)
        return -EINVAL;
    if (!IS_ALIGNED(old, PAGE_SIZE) || new_size == 0 || new_size > USER_MAX)
        return -EINVAL;
    if (old >= USER_MAX || old_size > USER_MAX - old)
        return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if (!IS_ALIGNED(new, PAGE_SIZE) || new >= USER_MAX || new_size > USER_MAX - new)
            return -EINVAL;
        if (new < USER_MIN)
            return -EPERM;
        if (old < new + new_size &&new < old + old_size)
            return -EINVAL;
    }
    return vm_remap(old, old_size, new_size, (unsigned)flags, new);
}

long sys_brk(unsigned long brk)
{
    return (long)vm_brk(brk);
}
