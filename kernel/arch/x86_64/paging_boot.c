/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds the final page tables on the identity map: direct map and image. The
 * memory manager takes them over. The frames come from the largest gap of free
 * RAM and stay reserved. CPU 0 only, no locks.
 */
#include "cpuid.h"
#include "pvh.h"
#include "registers.h"
#include <arch/boot.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <hermit/string.h>

#define GIB          (1UL << 30)
#define IDENTITY_END (4 * GIB)
#define ENTRIES      512

#define RAM_FLAGS    (PTE_PRESENT | PTE_WRITE | PTE_NX | PTE_HUGE)
#define DEVICE_FLAGS (RAM_FLAGS | PTE_PCD | PTE_PWT)

extern uint64_t boot_pml4[ENTRIES] __attribute__((visibility("hidden")));

static struct {
    paddr_t start, next, end;
} bump;

/* Keeps the largest gap that boot can reach: between reserved regions, below 4 GiB, above 1 MiB. */
static void consider_gap(paddr_t start, paddr_t end)
{
    start = MAX(start, (paddr_t)IMAGE_LINK_BASE);
    end = MIN(end, IDENTITY_END);
    if (start < end && end - start > bump.end - bump.start) {
        bump.start = start;
        bump.end = end;
    }
}

void paging_boot_init(void)
{
    for (unsigned i = 0; i < boot_info.nr_ram; i++) {
        paddr_t start = boot_info.ram[i].start;
        /* Reserved regions cut the region into gaps; each ends at the next reserved start. */
        while (start < boot_info.ram[i].end) {
            const struct boot_region *r = boot_reserved_overlap(start, start + 1);
            if (r != NULL) {
                start = r->end;
                continue;
            }
            paddr_t end = boot_info.ram[i].end;
            while ((r = boot_reserved_overlap(start, end)) != NULL)
                end = r->start;
            consider_gap(start, end);
            start = end;
        }
    }
    bump.next = bump.start;
}

/* A page for a table, not zeroed. */
static paddr_t take_table(void)
{
    paddr_t table = bump.next;

    if (bump.end - bump.next < PAGE_SIZE)
        boot_fail("not enough memory for the page tables");
    bump.next += PAGE_SIZE;
    return table;
}

paddr_t paging_boot_table(void)
{
    paddr_t table = take_table();

    memset((void *)table, 0, PAGE_SIZE);
    return table;
}

/* Makes a full table: 512 entries from `first` on, `step` bytes apart. */
static uint64_t *full_table(uint64_t *entry, uint64_t first, size_t step)
{
    paddr_t table = take_table();
    uint64_t *slot = (uint64_t *)table, *end = slot + ENTRIES;

    *entry = table | PTE_PRESENT | PTE_WRITE;
#pragma clang loop unroll_count(8) /* halves the boot's cost of the tables */
    for (; slot < end; first += step)
        *slot++ = first;
    return (uint64_t *)table;
}

void paging_boot_done(void)
{
    boot_reserve(bump.start, bump.next);
}

/* The table that `entry` points to, made if missing. */
static uint64_t *next_table(uint64_t *entry)
{
    if (*entry == 0)
        *entry = paging_boot_table() | PTE_PRESENT | PTE_WRITE;
    return (uint64_t *)(*entry & PTE_ADDR_MASK);
}

static unsigned index_at(uintptr_t va, unsigned level)
{
    return (va >> (PAGE_SHIFT + 9 * level)) % ENTRIES;
}

void paging_boot_map(paddr_t root, uintptr_t va, paddr_t pa, size_t size, uint64_t prot)
{
    uintptr_t end = va + size;

    while (va < end) {
        uint64_t *pdpt = next_table((uint64_t *)root + index_at(va, 3));
        uint64_t *pd = next_table(pdpt + index_at(va, 2));
        uint64_t *pt = next_table(pd + index_at(va, 1));
        unsigned i = index_at(va, 0);
        for (; i < ENTRIES && va < end; i++, va += PAGE_SIZE, pa += PAGE_SIZE)
            pt[i] = pa | prot;
    }
}

/* Bytes of memory in [start, start + 1 GiB). */
static size_t memory_within(paddr_t start)
{
    size_t sum = 0;

    for (unsigned i = 0; i < boot_nr_memory; i++) {
        paddr_t from = MAX(boot_memory[i].start, start);
        paddr_t to = MIN(boot_memory[i].end, start + GIB);
        if (from < to)
            sum += to - from;
    }
    return sum;
}

/* Maps one GiB in 2 MiB pages. Non-memory is mapped uncached below 4 GiB, not at all above. */
static void map_direct_small(uint64_t *entry, paddr_t start)
{
    uint64_t *pd = start < IDENTITY_END ? full_table(entry, start | DEVICE_FLAGS, HUGE_PAGE_SIZE)
                                        : next_table(entry);
    for (unsigned i = 0; i < boot_nr_memory; i++) {
        paddr_t from = MAX(boot_memory[i].start, start);
        paddr_t to = MIN(boot_memory[i].end, start + GIB);
        for (paddr_t pa = ALIGN_DOWN(from, HUGE_PAGE_SIZE); from < to && pa < to;
             pa += HUGE_PAGE_SIZE)
            pd[(pa - start) >> HUGE_PAGE_SHIFT] = pa | RAM_FLAGS;
    }
}

void paging_boot_map_direct(paddr_t root)
{
    bool pages_1g = cpuid(0x80000001, 0).edx & CPUID_81_EDX_1G;
    paddr_t top = IDENTITY_END;

    for (unsigned i = 0; i < boot_nr_memory; i++)
        top = MAX(top, boot_memory[i].end);
    for (paddr_t pa = 0; pa < top; pa += GIB) {
        uintptr_t va = DIRECT_MAP_BASE + pa;
        size_t memory = memory_within(pa);
        if (memory == 0 && pa >= IDENTITY_END)
            continue;
        uint64_t *pdpt = next_table((uint64_t *)root + index_at(va, 3));
        uint64_t *entry = pdpt + index_at(va, 2);
        if (pages_1g && (memory == 0 || memory == GIB))
            *entry = pa | (memory == 0 ? DEVICE_FLAGS : RAM_FLAGS);
        else
            map_direct_small(entry, pa);
    }
}

/* The table of 4 KiB pages that maps `pa` directly; larger pages are split. */
static uint64_t *direct_pages(paddr_t root, paddr_t pa)
{
    uintptr_t va = DIRECT_MAP_BASE + pa;
    uint64_t *entry = next_table((uint64_t *)root + index_at(va, 3)) + index_at(va, 2);

    if (*entry & PTE_HUGE)
        full_table(entry, *entry, HUGE_PAGE_SIZE);
    entry = next_table(entry) + index_at(va, 1);
    if (*entry & PTE_HUGE)
        full_table(entry, *entry & ~PTE_HUGE, PAGE_SIZE);
    return next_table(entry);
}

void paging_boot_protect_direct(paddr_t root, paddr_t start, paddr_t end)
{
    while (start < end) {
        uint64_t *pt = direct_pages(root, start);
        unsigned i = index_at(start, 0);
        for (; i < ENTRIES && start < end; i++, start += PAGE_SIZE)
            pt[i] &= ~PTE_WRITE;
    }
}

void paging_boot_keep_identity(paddr_t root)
{
    *(uint64_t *)root = boot_pml4[0];
}

void paging_boot_drop_identity(void)
{
    uint64_t *root = phys_to_virt(boot_info.root);

    if (boot_info.bias != 0) {
        root[0] = 0;
        write_cr3(boot_info.root);
    }
}
