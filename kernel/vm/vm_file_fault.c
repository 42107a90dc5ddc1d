/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page faults of mapped files: their pages, copy on write, the first store into a shared page.
 * Files lead here by their operations, so that a program without files does not link it. Runs in a
 * VMA that was entered, as vm_fault.c.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <arch/tlb.h>
#include <arch/words.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <hermit/entry.h>
#include <hermit/file.h>
#include <hermit/frame_alloc.h>
#include <linux/errno.h>

static uint64_t load(pte_slot *slot)
{
    return atomic_load_explicit(slot, memory_order_acquire); /* pairs: pt_install */
}

/* Replaces a file's frame by a private, writable copy. 0 or −ENOMEM. */
static int copy_page(const struct vma *v, vaddr_t addr, pte_slot *slot, uint64_t entry)
{
    paddr_t pa = frame_alloc(0, FRAME_FAULT), old = pte_frame(entry);
    if (pa == FRAME_NONE)
        return -ENOMEM;
    arch_copy_words(phys_to_virt(pa), phys_to_virt(old), PAGE_SIZE / sizeof(uint64_t));
    if (!atomic_compare_exchange_strong_explicit(slot, &entry, pa | mm_prot(v->flags),
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        frame_free(pa, 0);
        return 0;
    }
    /* Other cores must stop reading the file's frame. */
    tlb_flush_range(ALIGN_DOWN(addr, PAGE_SIZE), ALIGN_DOWN(addr, PAGE_SIZE) + PAGE_SIZE, false);
    frame_put(old, 0);
    return 0;
}

/* The frame of a file's page; `write`: for a store into a shared mapping. 0, −ENOMEM, −EAGAIN, or
 * SIGBUS with *si_code. */
static int file_frame(const struct vma *v, vaddr_t addr, bool write, paddr_t *pa, int *si_code)
{
    int err = v->file->ops->get_page(v->file, vma_offset(v, addr) >> PAGE_SHIFT, write, pa);
    if (err == 0 || err == -ENOMEM || err == -EAGAIN)
        return err;
    *si_code = BUS_ADRERR;
    return SIGBUS;
}

/* The first store into a page of a shared mapping whose file wants to know. */
static int note_store(const struct vma *v, vaddr_t addr, pte_slot *slot, uint64_t entry,
                      int *si_code)
{
    paddr_t pa, old = pte_frame(entry);
    int err = file_frame(v, addr, true, &pa, si_code);
    if (err != 0)
        return err;
    if (!atomic_compare_exchange_strong_explicit(slot, &entry, pa | mm_prot(v->flags),
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        frame_put(pa, 0);
        return 0;
    }
    if (pa != old) /* the file has another frame by now */
        tlb_flush_range(ALIGN_DOWN(addr, PAGE_SIZE), ALIGN_DOWN(addr, PAGE_SIZE) + PAGE_SIZE,
                        false);
    tlb_flush_page_local(addr);
    frame_put(old, 0);
    return 0;
}

/* The entry is present: a write to a file's frame, another core was faster, or a stale TLB. */
static int fault_present(const struct vma *v, vaddr_t addr, unsigned access, pte_slot *slot,
                         uint64_t entry, int *si_code)
{
    if (access & FAULT_WRITE && pte_is_copied(entry))
        return v->flags & VM_SHARED ? note_store(v, addr, slot, entry, si_code)
                                    : copy_page(v, addr, slot, entry);
    tlb_flush_page_local(addr);
    return 0;
}

int vm_file_fault(struct vma *v, vaddr_t addr, unsigned access, int *si_code)
{
    pte_slot *slot = pt_make(addr, PT_PAGE);
    if (slot == NULL)
        return -ENOMEM;
    uint64_t entry = load(slot);
    if (entry != 0)
        return fault_present(v, addr, access, slot, entry, si_code);
    paddr_t pa;
    bool store = v->flags & VM_SHARED && access & FAULT_WRITE;
    int err = file_frame(v, addr, store, &pa, si_code);
    if (err != 0)
        return err;
    uint64_t prot = mm_prot(v->flags);
    if (!(v->flags & VM_SHARED) || (v->file->ops->tracks_stores && !store))
        prot = pte_copied(prot);
    if (!pt_install(slot, pa | prot)) {
        frame_put(pa, 0);
        return 0;
    }
    mm_count_resident(1);
    if (access & FAULT_WRITE && pte_is_copied(prot)) /* a private one */
        return copy_page(v, addr, slot, pa | prot);
    return 0;
}
