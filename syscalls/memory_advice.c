/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * madvise, mincore, msync, the mlock family, membarrier. Checks arguments as Linux 6.1 does.
 * Nothing is ever swapped out, so some calls do little else. Holds no locks.
 */
#include "syscall.h"
#include <arch/layout.h>
#include <hermit/file.h>
#include <hermit/irq.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/membarrier.h>
#include <linux/mman.h>

#include "handlers.h"

/* Advice is checked before the range, as on Linux. */
static bool advice_known(int advice)
{
    return (advice >= MADV_NORMAL && advice <= MADV_DONTNEED) || advice == MADV_FREE ||
           advice == MADV_DONTFORK || advice == MADV_DOFORK ||
           (advice >= MADV_HUGEPAGE && advice <= MADV_DODUMP) ||
           (advice >= MADV_COLD && advice <= MADV_POPULATE_WRITE);
}

/* Applies known advice to a checked range. */
static long advise(vaddr_t start, vaddr_t end, int advice)
{
    unsigned any;
    switch (advice) {
    case MADV_DONTNEED:
        return vm_discard(start, end, false);
    case MADV_FREE:
        return vm_discard(start, end, true);
    case MADV_HUGEPAGE:
        return vm_change_flags(start, end, VM_HUGE, VM_NOHUGE);
    case MADV_NOHUGEPAGE:
        return vm_change_flags(start, end, VM_NOHUGE, VM_HUGE);
    case MADV_POPULATE_READ:
    case MADV_POPULATE_WRITE:
        return vm_populate(start, end);
    case MADV_DONTFORK:
        return vm_change_flags(start, end, VM_DONTFORK, 0);
    case MADV_DOFORK:
        return vm_change_flags(start, end, 0, VM_DONTFORK);
    case MADV_NORMAL: /* hints about paging and core dumps: there are none */
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_COLD:
    case MADV_PAGEOUT:
        return vm_check_mapped(start, end, &any);
    default:
        return -EINVAL;
    }
}

long sys_madvise(unsigned long addr, size_t length, int advice)
{
    vaddr_t start = addr;
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    if (!advice_known(advice))
        return -EINVAL;
    if (!IS_ALIGNED(start, PAGE_SIZE) || (length != 0 && size == 0) || start + size < start)
        return -EINVAL;
    return size == 0 ? 0 : advise(start, start + size, advice);
}

long sys_mincore(unsigned long addr, size_t length, unsigned char __user *vec)
{
    vaddr_t start = addr;
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    unsigned char chunk[128];
    if (!IS_ALIGNED(start, PAGE_SIZE))
        return -EINVAL;
    if (start >= USER_MAX || size > USER_MAX - start)
        return -ENOMEM;
    if (!user_range_ok(vec, size >> PAGE_SHIFT))
        return -EFAULT;
    for (size_t left = size >> PAGE_SHIFT; left != 0;) {
        size_t n = MIN(left, sizeof(chunk));
        for (size_t i = 0; i < n; i++, start += PAGE_SIZE) {
            int resident = vm_resident(start);
            if (resident < 0)
                return resident;
            chunk[i] = (unsigned char)resident;
        }
        if (copy_to_user(vec, chunk, n) != 0)
            return -EFAULT;
        cond_resched();
        vec += n;
        left -= n;
    }
    return 0;
}

struct sync_range {
    vaddr_t start, end;
};

/* Writes back what was stored into one mapping within the range. */
static int sync_mapping(const struct vma_info *info, void *arg)
{
    const struct sync_range *range = arg;
    struct file *f = info->file;
    if (info->end <= range->start || info->start >= range->end || f == NULL ||
        !(info->flags & VM_SHARED) || f->ops->fsync == NULL)
        return 0;
    vaddr_t start = MAX(info->start, range->start), end = MIN(info->end, range->end);
    uint64_t from = info->offset + (start - info->start);
    return f->ops->fsync(f, from, from + (end - start), true);
}

long sys_msync(unsigned long addr, size_t length, int flags)
{
    vaddr_t start = addr;
    size_t size = ALIGN_UP(length, PAGE_SIZE);
    unsigned any;
    if (flags & ~(long)(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || !IS_ALIGNED(start, PAGE_SIZE) ||
        (flags & MS_ASYNC && flags & MS_SYNC))
        return -EINVAL;
    if (start + size < start || (length != 0 && size == 0))
        return -ENOMEM;
    int err = vm_check_mapped(start, start + size, &any);
    if (err == 0 && flags & MS_INVALIDATE && any & VM_LOCKED)
        err = -EBUSY;
    struct sync_range range = {start, start + size};
    int failed = flags & MS_SYNC && err != -EBUSY ? vm_for_each(sync_mapping, &range) : 0;
    return failed != 0 ? failed : err;
}

#define LOCK_FLAGS (VM_LOCKED | VM_LOCK_ONFAULT)

/* Expands the range to whole pages. 0, −EINVAL or −ENOMEM. */
static long lock_range(unsigned long addr, size_t length, vaddr_t *start, vaddr_t *end)
{
    *start = ALIGN_DOWN(addr, PAGE_SIZE);
    size_t size = ALIGN_UP(length + (addr - *start), PAGE_SIZE);
    *end = *start + size;
    if (*end < *start || (length != 0 && size == 0))
        return -EINVAL;
    return *end > USER_MAX && size != 0 ? -ENOMEM : 0;
}

static long lock_pages(unsigned long addr, size_t length, unsigned flags)
{
    vaddr_t start, end;
    long err = lock_range(addr, length, &start, &end);
    if (err == 0)
        err = vm_change_flags(start, end, flags, LOCK_FLAGS);
    if (err == 0 && flags == VM_LOCKED)
        err = vm_populate(start, end);
    return err == -EFAULT || err == -EAGAIN ? -ENOMEM : err;
}

long sys_mlock(unsigned long addr, size_t length)
{
    return lock_pages(addr, length, VM_LOCKED);
}

long sys_mlock2(unsigned long addr, size_t length, int flags)
{
    if (flags & ~(long)MLOCK_ONFAULT)
        return -EINVAL;
    return lock_pages(addr, length, flags & MLOCK_ONFAULT ? LOCK_FLAGS : VM_LOCKED);
}

long sys_munlock(unsigned long addr, size_t length)
{
    vaddr_t start, end;
    long err = lock_range(addr, length, &start, &end);
    if (err == 0)
        err = vm_change_flags(start, end, 0, LOCK_FLAGS);
    return err == -EAGAIN ? -ENOMEM : err;
}

static int populate_area(const struct vma_info *info, void *arg)
{
    vaddr_t *range = arg; /* in: start address in range[0]; out: the next area to populate */
    if (info->start < range[0] || !(info->flags & (VM_READ | VM_WRITE | VM_EXEC)) ||
        info->flags & (VM_IMAGE | VM_STACK | VM_NORESERVE))
        return 0;
    range[0] = info->start;
    range[1] = info->end;
    return 1;
}

long sys_mlockall(int flags)
{
    if (flags == 0 || flags & ~(long)(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ||
        flags == MCL_ONFAULT)
        return -EINVAL;
    unsigned lock = flags & MCL_ONFAULT ? LOCK_FLAGS : VM_LOCKED;
    vm_lock_future(flags & MCL_FUTURE ? lock : 0);
    if (!(flags & MCL_CURRENT))
        return 0;
    (void)vm_change_flags(0, USER_MAX, lock, LOCK_FLAGS); /* holes are no error here */
    vaddr_t range[2] = {0, 0};
    while (!(flags & MCL_ONFAULT) && vm_for_each(populate_area, range) == 1) {
        (void)vm_populate(range[0], range[1]); /* best effort, as on Linux */
        range[0] = range[1];
    }
    return 0;
}

long sys_munlockall(void)
{
    vm_lock_future(0);
    (void)vm_change_flags(0, USER_MAX, 0, LOCK_FLAGS);
    return 0;
}

static void barrier(void *arg)
{
    (void)arg;
    atomic_thread_fence(memory_order_seq_cst);
}

/* Returns after every running thread has executed a full barrier. */
static void barrier_everywhere(void)
{
    struct cpumask others = cpumask_first_n(nr_cpus);
    cpumask_clear(&others, this_cpu()->id);
    atomic_thread_fence(memory_order_seq_cst);
    if (!cpumask_empty(&others))
        ipi_call(&others, barrier, NULL);
}

/* Registered for PRIVATE_EXPEDITED: affects only whether the command is permitted. */
static _Atomic bool registered;

long sys_membarrier(int cmd, unsigned flags, int cpu)
{
    (void)cpu;
    if (flags != 0)
        return -EINVAL;
    switch (cmd) {
    case MEMBARRIER_CMD_QUERY:
        return MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |
               MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED |
               MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
        if (!load_relaxed(&registered))
            return -EPERM;
        barrier_everywhere();
        return 0;
    case MEMBARRIER_CMD_GLOBAL:
    case MEMBARRIER_CMD_GLOBAL_EXPEDITED:
        barrier_everywhere();
        return 0;
    case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED: /* all threads are always reached */
        return 0;
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
        store_relaxed(&registered, true);
        return 0;
    default:
        return -EINVAL;
    }
}
