/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel stacks and device mappings: the kernel's own part of the page tables.
 *
 * Stacks live in slots of the kernel's mapping area, each with a page below that
 * is never mapped. A stack that is given back stays mapped and is the next to be
 * handed out: thread creation then costs a list operation and no TLB flush.
 * kstacks.lock protects the list and is a leaf lock.
 */
#include "frame_internal.h"
#include <arch/paging.h>
#include <hermit/spinlock.h>
#include <hermit/vm.h>

#define SLOT_SIZE   (KSTACK_SIZE + PAGE_SIZE)
#define STACK_ORDER 2
#define STACK_BITS  (PTE_PRESENT | PTE_WRITE | PTE_NX | PTE_ACCESSED | PTE_DIRTY)
#define DEVICE_BITS (STACK_BITS | PTE_PCD | PTE_PWT)
_Static_assert(PAGE_SIZE << STACK_ORDER == KSTACK_SIZE, "order of a stack");

/* In the lowest words of a free stack. */
struct free_stack {
    struct free_stack *next;
};

static struct {
    struct spinlock lock;
    struct free_stack *free;
    uintptr_t next; /* first slot never used */
} kstacks = {.lock = SPINLOCK_INIT("kstacks"), .next = KERNEL_VMAP_BASE};

static uintptr_t new_stack(void)
{
    unsigned long irq = spin_lock(&kstacks.lock);
    uintptr_t bottom = kstacks.next + PAGE_SIZE;
    kstacks.next += SLOT_SIZE;
    spin_unlock(&kstacks.lock, irq);
    if (bottom >= KERNEL_VMAP_BASE + KERNEL_VMAP_SIZE - SLOT_SIZE)
        return 0;
    paddr_t pa = frame_alloc(STACK_ORDER, 0);
    if (pa == FRAME_NONE)
        return 0;
    for (size_t at = 0; at < KSTACK_SIZE; at += PAGE_SIZE)
        if (pt_map_kernel(bottom + at, pa + at, STACK_BITS) != 0) {
            /* Pages that are mapped already stay so: the block is lost with its slot. */
            if (at == 0)
                frame_free(pa, STACK_ORDER);
            return 0;
        }
    return bottom + KSTACK_SIZE;
}

uintptr_t kstack_alloc(void)
{
    unsigned long irq = spin_lock(&kstacks.lock);
    struct free_stack *s = kstacks.free;
    if (s != NULL)
        kstacks.free = s->next;
    spin_unlock(&kstacks.lock, irq);
    return s != NULL ? (uintptr_t)s + KSTACK_SIZE : new_stack();
}

void kstack_free(uintptr_t top)
{
    struct free_stack *s = (struct free_stack *)(top - KSTACK_SIZE);
    unsigned long irq = spin_lock(&kstacks.lock);
    s->next = kstacks.free;
    kstacks.free = s;
    spin_unlock(&kstacks.lock, irq);
}

void *vm_map_device(paddr_t pa, size_t size)
{
    paddr_t end = ALIGN_UP(pa + size, PAGE_SIZE);
    for (paddr_t at = ALIGN_DOWN(pa, PAGE_SIZE); at < end; at += PAGE_SIZE)
        if (pt_map_kernel((uintptr_t)phys_to_virt(at), at, DEVICE_BITS) != 0)
            return NULL;
    return phys_to_virt(pa);
}
