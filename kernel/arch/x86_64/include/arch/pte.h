/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page-table entries (Intel SDM vol. 3, 4.5). The bits are private to this folder; other
 * code makes and tests entries by the functions below.
 *
 * An entry is a frame's address and the bits of a "prot". 0: nothing mapped. One that is
 * not 0 and not present keeps the frame of a PROT_NONE page.
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#define PTE_PRESENT 0x1 /* these five also for assembler */
#define PTE_WRITE   0x2
#define PTE_PWT     0x8
#define PTE_PCD     0x10
#define PTE_HUGE    0x80

#ifndef __ASSEMBLER__
#include <hermit/types.h>

#define PTE_ACCESSED  0x20UL
#define PTE_DIRTY     0x40UL
#define PTE_COPY      0x200UL /* software: see pte_is_copied() */
#define PTE_OWNED     0x400UL /* software: the table comes from the frame allocator */
#define PTE_NX        (1UL << 63)
#define PTE_ADDR_MASK 0x000ffffffffff000UL

typedef _Atomic uint64_t pte_slot;

static inline paddr_t pte_frame(uint64_t entry)
{
    return entry & PTE_ADDR_MASK;
}

/* The processor may use it, so TLBs may hold it. */
static inline bool pte_is_present(uint64_t entry)
{
    return entry & PTE_PRESENT;
}

/* A page of HUGE_PAGE_SIZE. */
static inline bool pte_is_huge(uint64_t entry)
{
    return entry & PTE_HUGE;
}

/* A file's frame that a write does not go to yet: in a private mapping it copies the frame first,
 * in a shared one the file is told first. */
static inline bool pte_is_copied(uint64_t entry)
{
    return entry & PTE_COPY;
}

/* The prot of an application page. Accessed and dirty are preset: nothing reads them, and the
 * processor need not set them. */
static inline uint64_t pte_user(bool write, bool execute)
{
    uint64_t prot = PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY;
    if (write)
        prot |= PTE_WRITE;
    if (!execute)
        prot |= PTE_NX;
    return prot;
}

/* The same for a page of HUGE_PAGE_SIZE. */
static inline uint64_t pte_huge(uint64_t prot)
{
    return prot | PTE_HUGE;
}

/* The same for such a frame: not writable until then. */
static inline uint64_t pte_copied(uint64_t prot)
{
    return (prot & ~(uint64_t)PTE_WRITE) | PTE_COPY;
}

/* The prot of the kernel's own data, and of device registers. */
static inline uint64_t pte_kernel_data(void)
{
    return PTE_PRESENT | PTE_WRITE | PTE_NX | PTE_ACCESSED | PTE_DIRTY;
}

static inline uint64_t pte_kernel_device(void)
{
    return pte_kernel_data() | PTE_PCD | PTE_PWT;
}

/* The prot of a page of the image, not accessed yet. */
static inline uint64_t pte_image(bool write, bool execute)
{
    return PTE_PRESENT | (write ? PTE_WRITE : 0) | (execute ? 0 : PTE_NX);
}
#endif

#endif
