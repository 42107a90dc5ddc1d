/* SPDX-License-Identifier: BSD-3-Clause */
/* Information about the address space, for /proc and others. Takes mm.lock. */
#include "vm_internal.h"
#include <hermit/atomic.h>
#include <hermit/file.h>

const char *vm_image_name = "";

static bool in_heap(const struct vma *v)
{
    return v->start < mm.brk_end && mm.brk_start < v->end;
}

/* Constants belong to the kernel and to the application. */
static bool is_kernel_alone(const struct vma *v)
{
    return v->flags & VM_KERNEL && v->flags & (VM_EXEC | VM_WRITE);
}

static const char *name_of(const struct vma *v)
{
    if (v->name != NULL)
        return v->name;
    if (v->flags & VM_IMAGE)
        return is_kernel_alone(v) ? "[kernel]" : vm_image_name;
    return in_heap(v) ? "[heap]" : "";
}

/* The first mapping that ends above `from`, with a reference to its file. False: there is none. */
static bool next_mapping(vaddr_t from, struct vma_info *info)
{
    mm_lock();
    const struct vma *v = vma_find(&mm.tree, from);
    if (v != NULL) {
        *info = (struct vma_info){.start = v->start,
                                  .end = v->end,
                                  .flags = v->flags,
                                  .offset = v->file != NULL ? vma_offset(v, v->start) : 0,
                                  .name = name_of(v),
                                  .file = v->file};
        if (v->file != NULL)
            file_get(v->file);
    }
    mm_unlock();
    return v != NULL;
}

int vm_for_each(int (*fn)(const struct vma_info *info, void *arg), void *arg)
{
    struct vma_info info = {.end = 0};
    int result = 0;
    while (result == 0 && next_mapping(info.end, &info)) {
        result = fn(&info, arg);
        if (info.file != NULL)
            file_put(info.file);
    }
    return result;
}

void vm_stats(struct vm_stats *st)
{
    *st = (struct vm_stats){0};
    mm_note_peak();
    mm_lock();
    for (const struct vma *v = vma_first(&mm.tree); v != NULL; v = vma_next(v)) {
        size_t size = v->end - v->start;
        if (v->flags & VM_STACK)
            st->stack += size;
        else if (v->flags & VM_EXEC)
            st->text += size;
        else if (v->flags & VM_WRITE && !(v->flags & VM_SHARED))
            st->data += size;
    }
    st->mapped = mm.mapped;
    mm_unlock();
    st->resident = mm_resident() << PAGE_SHIFT;
    st->peak_resident = load_relaxed(&mm.peak) << PAGE_SHIFT;
}
