/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel stacks live in slots of the kernel's mapping area, each with a page below that
 * is never mapped. A freed stack stays mapped and is the next to be handed out:
 * thread creation then costs a list operation and no TLB flush. Beyond KEEP_MAX free
 * stacks kstack_trim() frees their frames, many stacks for one flush. Slots and their
 * descriptors are reused: freeing needs no memory.
 * kstacks.lock protects the lists and is a leaf lock.
 */
#include "frame_internal.h"
#include <arch/paging.h>
#include <arch/tlb.h>
#include <hermit/kmalloc.h>
#include <hermit/kstack.h>
#include <hermit/spinlock.h>

#define SLOT_SIZE  (KSTACK_SIZE + PAGE_SIZE)
#define NR_PAGES   (KSTACK_SIZE / PAGE_SIZE)
#define KEEP_MAX   64 /* free stacks that stay mapped */
#define TRIM_BATCH 32 /* stacks unmapped at once */

/* Descriptor of a slot; never freed. A mapped stack holds the descriptor's address in its lowest
 * word. */
struct kstack {
    uintptr_t bottom;
    struct kstack *next; /* in a list of free slots */
};

static struct {
    struct spinlock lock;
    struct kstack *mapped; /* free, with their frames */
    unsigned nr_mapped;
    struct kstack *empty; /* free, without frames */
    uintptr_t next;       /* first slot never used */
} kstacks = {.lock = SPINLOCK_INIT("kstacks"), .next = KERNEL_VMAP_BASE};

static struct kstack **descriptor_of(uintptr_t bottom)
{
    return (struct kstack **)bottom;
}

/* Takes the first of a list; NULL: it is empty. */
static struct kstack *pop(struct kstack **list)
{
    struct kstack *k = *list;
    if (k != NULL)
        *list = k->next;
    return k;
}

static void push(struct kstack **list, struct kstack *k)
{
    k->next = *list;
    *list = k;
}

/* A slot without frames: one used before, or the next new one. NULL: no memory, or no room. */
static struct kstack *empty_slot(void)
{
    unsigned long irq = spin_lock(&kstacks.lock);
    struct kstack *k = pop(&kstacks.empty);
    spin_unlock(&kstacks.lock, irq);
    if (k != NULL)
        return k;
    k = kmalloc(sizeof(*k));
    if (k == NULL)
        return NULL;
    irq = spin_lock(&kstacks.lock);
    k->bottom = kstacks.next + PAGE_SIZE;
    bool room = k->bottom < KERNEL_VMAP_BASE + KERNEL_VMAP_SIZE - SLOT_SIZE;
    if (room)
        kstacks.next += SLOT_SIZE;
    spin_unlock(&kstacks.lock, irq);
    if (room)
        return k;
    kfree(k);
    return NULL;
}

/* Frees the frames of stacks after a flush on all cores, idle ones included: an idle core might
 * wake a thread, and so touch its stack, before it checks whether it missed a flush. */
SMALL static void unmap(struct kstack *list)
{
    paddr_t frames[TRIM_BATCH * NR_PAGES];
    uintptr_t start = UINTPTR_MAX, end = 0;
    unsigned nr = 0;
    for (const struct kstack *k = list; k != NULL; k = k->next) {
        for (size_t at = 0; at < KSTACK_SIZE; at += PAGE_SIZE)
            if ((frames[nr] = pt_unmap_kernel(k->bottom + at)) != 0)
                nr++;
        start = MIN(start, k->bottom);
        end = MAX(end, k->bottom + KSTACK_SIZE);
    }
    tlb_flush_range(start, end, true);
    while (nr != 0)
        frame_free(frames[--nr], 0);
    for (struct kstack *k = list, *next; k != NULL; k = next) {
        next = k->next;
        unsigned long irq = spin_lock(&kstacks.lock);
        push(&kstacks.empty, k);
        spin_unlock(&kstacks.lock, irq);
    }
}

SMALL __attribute__((noinline)) static uintptr_t new_stack(void)
{
    struct kstack *k = empty_slot();
    if (k == NULL)
        return 0;
    for (size_t at = 0; at < KSTACK_SIZE; at += PAGE_SIZE) {
        paddr_t pa = frame_alloc(0, 0);
        if (pa != FRAME_NONE && pt_map_kernel(k->bottom + at, pa, pte_kernel_data()) == 0)
            continue;
        if (pa != FRAME_NONE)
            frame_free(pa, 0);
        k->next = NULL;
        unmap(k);
        return 0;
    }
    *descriptor_of(k->bottom) = k;
    return k->bottom + KSTACK_SIZE;
}

uintptr_t kstack_alloc(void)
{
    unsigned long irq = spin_lock(&kstacks.lock);
    struct kstack *k = pop(&kstacks.mapped);
    if (k != NULL)
        kstacks.nr_mapped--;
    spin_unlock(&kstacks.lock, irq);
    return k != NULL ? k->bottom + KSTACK_SIZE : new_stack();
}

void kstack_free(uintptr_t top)
{
    struct kstack *k = *descriptor_of(top - KSTACK_SIZE);
    unsigned long irq = spin_lock(&kstacks.lock);
    push(&kstacks.mapped, k);
    kstacks.nr_mapped++;
    spin_unlock(&kstacks.lock, irq);
}

void kstack_trim(void)
{
    struct kstack *list = NULL;
    unsigned long irq = spin_lock(&kstacks.lock);
    if (kstacks.nr_mapped > KEEP_MAX)
        for (unsigned i = 0; i < TRIM_BATCH; i++)
            push(&list, pop(&kstacks.mapped));
    if (list != NULL)
        kstacks.nr_mapped -= TRIM_BATCH;
    spin_unlock(&kstacks.lock, irq);
    if (list != NULL)
        unmap(list);
}
