/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The main thread's stack: how it grows, and the room that mappings leave for it.
 * Takes mm.lock. A stack only grows, so faults may be in it meanwhile: no mm_drain().
 */
#include "vm_internal.h"
#include <hermit/rlimit.h>

#define ROOM_MIN (128UL << 20)      /* kept free below the top for growth, as on Linux */
#define ROOM_MAX (USER_MAX / 6 * 5) /* however large the limit is */
#define STEP     (32 * PAGE_SIZE)   /* bytes that it grows by at a time */
#define ACCESS   (VM_READ | VM_WRITE | VM_EXEC)

size_t mm_stack_room(void)
{
    uint64_t limit = ALIGN_DOWN(rlimit_soft(RLIMIT_STACK), PAGE_SIZE);
    return ALIGN_DOWN(MIN(MAX(limit, ROOM_MIN), ROOM_MAX), PAGE_SIZE) + STACK_GUARD_GAP;
}

/* Lowest address that the stack `v` may grow to: by its limit and by what is mapped below. */
static vaddr_t lowest_start(const struct vma *v)
{
    uint64_t limit = ALIGN_DOWN(rlimit_soft(RLIMIT_STACK), PAGE_SIZE);
    const struct vma *below = vma_prev(v);
    vaddr_t floor = USER_MIN;
    if (below != NULL) /* an inaccessible area is itself a guard: no gap needed */
        floor = below->end + (below->flags & ACCESS ? STACK_GUARD_GAP : 0);
    return MAX(floor, limit < v->end ? v->end - limit : 0);
}

static bool grow(struct vma *v, vaddr_t page)
{
    vaddr_t start = MAX(page - MIN(page, STEP - PAGE_SIZE), lowest_start(v));
    if (start > page || v->start - start > USER_MAX)
        return false;
    while (mm_may_expand(v->start - start, v->flags) != 0) {
        if (start == page)
            return false;
        start = page; /* a smaller step may still be within the limits */
    }
    mm.mapped += v->start - start;
    mm_change_begin();
    vma_resize(v, start, v->end);
    mm_change_end();
    return true;
}

bool mm_grow_stack(vaddr_t addr)
{
    bool ok = false;
    mm_lock();
    struct vma *v = vma_find(&mm.tree, addr);
    if (v != NULL && addr >= v->start)
        ok = true; /* another thread was faster */
    else if (v != NULL && v->flags & VM_STACK)
        ok = grow(v, ALIGN_DOWN(addr, PAGE_SIZE));
    mm_unlock();
    return ok;
}
