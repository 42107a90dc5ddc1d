/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making, removing and protecting mappings. Takes mm.lock for writing; files are
 * released after it is dropped, since that may sleep.
 */
#include "mm.h"
#include <arch/paging.h>
#include <hermit/file.h>
#include <hermit/process.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/resource.h>

#define LIMIT_32BIT 0x80000000UL
#define PROT_FLAGS  (VM_READ | VM_WRITE | VM_EXEC)

/* Large anonymous areas start where a 2 MiB page can. */
static size_t preferred_align(size_t length, unsigned flags, const struct file *file)
{
    if (file == NULL && length >= HUGE_PAGE_SIZE && !(flags & (VM_STACK | VM_NOHUGE)))
        return HUGE_PAGE_SIZE;
    return PAGE_SIZE;
}

/* Finds or clears the place of a new mapping. Its address or −errno. */
static long choose_place(vaddr_t hint, size_t length, unsigned flags, unsigned how,
                         const struct file *file, struct vma **removed)
{
    if (how & VM_MAP_TOPDOWN_STACK) {
        vaddr_t at = vma_find_gap(&mm.tree, USER_MIN, mm.mmap_base, length, PAGE_SIZE);
        return at != 0 ? (long)at : -ENOMEM;
    }
    if (how & VM_MAP_32BIT && !(how & (VM_MAP_FIXED | VM_MAP_NOREPLACE))) {
        vaddr_t at = vma_find_gap(&mm.tree, USER_MIN, LIMIT_32BIT, length, PAGE_SIZE);
        return at != 0 ? (long)at : -ENOMEM;
    }
    if (!(how & (VM_MAP_FIXED | VM_MAP_NOREPLACE))) {
        vaddr_t at = mm_place(hint, length, preferred_align(length, flags, file));
        return at != 0 ? (long)at : -ENOMEM;
    }
    if (hint < USER_MIN)
        return -EPERM;
    if (hint >= USER_MAX || length > USER_MAX - hint)
        return -ENOMEM;
    if (how & VM_MAP_NOREPLACE)
        return vma_range_free(&mm.tree, hint, hint + length) ? (long)hint : -EEXIST;
    int err = mm_unmap_locked(hint, hint + length, removed);
    return err != 0 ? err : (long)hint;
}

static long map_locked(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
                       uint64_t offset, struct vma **removed)
{
    struct vma *v = vma_alloc();
    if (v == NULL)
        return -ENOMEM;
    long at = choose_place(hint, length, flags, how, file, removed);
    if (at < 0) {
        vma_free(v);
        return at;
    }
    v->start = (vaddr_t)at;
    v->end = v->start + length;
    v->flags = flags;
    v->file = file;
    v->offset = file != NULL ? offset : 0;
    v->name = how & VM_MAP_TOPDOWN_STACK ? "[stack]" : NULL;
    if (file != NULL)
        file_get(file);
    vma_insert(&mm.tree, v);
    mm.mapped += length;
    if (how & VM_MAP_TOPDOWN_STACK) /* mappings go below the stack and its guard */
        mm.mmap_base = v->start - STACK_GUARD_GAP - (mm_random() & 0xfffff) * PAGE_SIZE;
    mm_merge(v->start, v->end, removed);
    return at;
}

long vm_map(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
            uint64_t offset)
{
    struct vma *removed = NULL;
    if (length == 0)
        return -EINVAL;
    if (length > USER_MAX)
        return -ENOMEM;
    if (mm_may_map(length, flags) != 0)
        return -ENOMEM;
    mm_write_lock();
    flags |= mm.default_flags;
    long at = mm_may_expand(length, flags);
    if (at == 0)
        at = map_locked(hint, length, flags, how, file, offset, &removed);
    mm_write_unlock();
    vma_free_list(removed);
    if (at >= 0 && flags & PROT_FLAGS && (how & VM_MAP_POPULATE || flags & VM_LOCKED))
        (void)mm_populate((vaddr_t)at, (vaddr_t)at + length); /* best effort, as on Linux */
    return at;
}

int vm_unmap(vaddr_t start, size_t length)
{
    struct vma *removed = NULL;
    if (length == 0 || start >= USER_MAX || length > USER_MAX - start)
        return -EINVAL;
    mm_write_lock();
    int err = mm_unmap_locked(start, start + length, &removed);
    mm_write_unlock();
    vma_free_list(removed);
    return err;
}

/* 0, or why `v` cannot have these permissions. */
static int check_protect(const struct vma *v, unsigned flags)
{
    if (v->flags & VM_KERNEL)
        return -EPERM;
    if (!(flags & VM_WRITE) || v->flags & VM_WRITE)
        return 0;
    if (v->file != NULL && v->flags & VM_SHARED &&
        (atomic_load(&v->file->flags) & O_ACCMODE) != O_RDWR)
        return -EACCES;
    return v->flags & VM_SHARED ? 0
                                : mm_may_map(v->end - v->start, flags | (v->flags & VM_NORESERVE));
}

/* Gives [start, end), which is all in `v`, new permissions. */
static int protect_one(struct vma *v, vaddr_t start, vaddr_t end, unsigned flags,
                       struct pt_batch *batch)
{
    struct vma part = *v;
    part.start = start;
    part.end = end;
    int err = check_protect(&part, flags);
    if (err != 0 || (v->flags & PROT_FLAGS) == flags)
        return err;
    err = mm_split_at(start);
    if (err == 0)
        err = mm_split_at(end);
    if (err != 0)
        return err;
    v = vma_find(&mm.tree, start);
    v->flags = (v->flags & ~(unsigned)PROT_FLAGS) | flags;
    pt_protect(batch, start, end, pt_prot(flags));
    return 0;
}

static int protect_locked(vaddr_t start, vaddr_t end, unsigned flags, struct pt_batch *batch)
{
    int err = 0;
    for (vaddr_t at = start; at < end && err == 0;) {
        struct vma *v = vma_find(&mm.tree, at);
        if (v == NULL || v->start > at)
            return -ENOMEM;
        vaddr_t stop = MIN(end, v->end);
        err = protect_one(v, at, stop, flags, batch);
        at = stop;
    }
    return err;
}

int vm_protect(vaddr_t start, size_t length, unsigned flags)
{
    struct vma *removed = NULL;
    struct pt_batch batch;
    if (start >= USER_MAX || length > USER_MAX - start)
        return -ENOMEM;
    mm_write_lock();
    pt_batch_begin(&batch);
    int err = protect_locked(start, start + length, flags & PROT_FLAGS, &batch);
    pt_batch_end(&batch);
    mm_merge(start, start + length, &removed);
    mm_write_unlock();
    vma_free_list(removed);
    return err;
}
