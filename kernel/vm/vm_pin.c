/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory of the application that a device accesses. A pinned frame stays allocated, and holds the
 * same bytes, while its pages may be unmapped or split: the device then works on memory that the
 * program does not see any more, but never on somebody else's. Enters VMAs; no locks.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/frame_alloc.h>
#include <hermit/uaccess.h>

#define HUGE_ORDER (HUGE_PAGE_SHIFT - PAGE_SHIFT)
#define PIN_TRIES  100 /* times that a page may go away between its fault and its look-up */

/* The entry is of a page that the device may use: takes a reference of its frame. */
static void pin_entry(uint64_t entry, bool huge, vaddr_t addr, size_t max, struct vm_pinned *p)
{
    size_t size = huge ? HUGE_PAGE_SIZE : PAGE_SIZE;
    p->user = addr;
    p->block = pte_frame(entry);
    p->order = huge ? HUGE_ORDER : 0;
    p->counted = !pt_is_image_frame(p->block);
    p->address = p->block + addr % size;
    p->length = MIN(max, size - addr % size);
    if (p->counted)
        frame_get(p->block);
}

/* False: the page is not present, or not for that access. */
static bool pin_present(vaddr_t addr, size_t max, bool write, struct vm_pinned *p)
{
    const struct vma *v = mm_enter(addr);
    if (v == NULL)
        return false;
    bool huge = false;
    pte_slot *slot = pt_find(addr, &huge);
    uint64_t entry = slot != NULL ? atomic_load_explicit(slot, memory_order_acquire) : 0;
    bool allowed = v->flags & (write ? VM_WRITE : VM_READ);
    bool there = allowed && pte_is_present(entry) && !(write && pte_is_copied(entry));
    if (there)
        pin_entry(entry, huge, addr, max, p);
    mm_leave();
    return there;
}

int vm_pin(vaddr_t addr, size_t max, bool write, struct vm_pinned *p)
{
    if (!user_range_ok(user_ptr(addr), max))
        return -EFAULT;
    for (unsigned i = 0; i < PIN_TRIES; i++) {
        if (pin_present(addr, max, write, p))
            return 0;
        if (fault_in_user(user_ptr(addr), write) != 0)
            return -EFAULT;
    }
    return -EFAULT;
}

/* Who finds the frame in an entry for writing knows that what is in it will be written back: the
 * page is dirty, or on its way and not protected yet (docs/concurrency.md, "Dirty pages"). */
static bool is_there(vaddr_t addr, size_t *n, paddr_t frame)
{
    struct vm_pinned now;
    if (vm_pin(addr, *n, true, &now) != 0)
        return true; /* nothing is there */
    bool same = now.address == frame;
    *n = now.length;
    vm_unpin(&now);
    return same;
}

void vm_pin_stored(const struct vm_pinned *p, size_t n)
{
    size_t piece;
    for (size_t done = 0; done < n; done += piece) {
        piece = n - done; /* pages of 2 MiB may be split by now */
        if (is_there(p->user + done, &piece, p->address + done))
            continue;
        if (copy_to_user(user_ptr(p->user + done), phys_to_virt(p->address + done), piece) != 0)
            break; /* it has gone now */
    }
}

void vm_unpin(const struct vm_pinned *p)
{
    if (p->counted)
        frame_put_block(p->block, p->order);
}
