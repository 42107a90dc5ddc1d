/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PVH start information → boot_info. Runs once on CPU 0; no locks. Everything is
 * read on the identity map and stored as physical or direct-map addresses.
 */
#include "pvh.h"
#include <arch/layout.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <hermit/string.h>

#define IDENTITY_END 0x100000000UL

struct boot_memory boot_memory[BOOT_MAX_REGIONS];
unsigned boot_nr_memory;

static void add_memory(paddr_t start, paddr_t end)
{
    if (boot_nr_memory < BOOT_MAX_REGIONS)
        boot_memory[boot_nr_memory++] = (struct boot_memory){start, end};
}

/* Inserts in order of address; merges with the preceding region if they touch. */
static void add_ram(paddr_t start, paddr_t end)
{
    struct boot_region *ram = boot_info.ram;
    unsigned n = boot_info.nr_ram;
    unsigned at = n;

    start = ALIGN_UP(MAX(start, PAGE_SIZE), PAGE_SIZE); /* frame 0 stays unused */
    end = ALIGN_DOWN(end, PAGE_SIZE);
    if (start >= end || n == BOOT_MAX_REGIONS)
        return;
    while (at > 0 && ram[at - 1].start > start)
        at--;
    if (at > 0 && ram[at - 1].end >= start) {
        ram[at - 1].end = MAX(ram[at - 1].end, end);
        return;
    }
    for (unsigned i = n; i > at; i--)
        ram[i] = ram[i - 1];
    ram[at] = (struct boot_region){start, end};
    boot_info.nr_ram = n + 1;
}

static void parse_memmap(const struct pvh_start_info *si)
{
    const struct pvh_memmap_entry *map = (const void *)si->memmap;

    if (si->version < 1 || si->memmap == 0 || si->memmap_entries == 0)
        boot_fail("the boot loader gave no memory map");
    add_memory(0, 0x100000); /* BIOS area: holds firmware tables */
    for (unsigned i = 0; i < si->memmap_entries; i++) {
        paddr_t end = map[i].start + map[i].size;
        if (map[i].type == PVH_RAM)
            add_ram(map[i].start, end);
        if (map[i].type == PVH_RAM || map[i].type == PVH_ACPI || map[i].type == PVH_NVS)
            add_memory(map[i].start, end);
    }
}

/* Finds the boot block, if the disk starts with one, and the archive after it, or else the archive
 * that is the whole disk. */
static void parse_initrd(paddr_t start, uint64_t size)
{
    const struct hermit_boot_block *block = (const void *)start;
    uint64_t skip = 0;

    boot_info.initrd = start;
    boot_info.initrd_end = start + size;
    boot_reserve(start, start + size);
    if (start + size > IDENTITY_END)
        boot_fail("the initial RAM disk lies above 4 GiB");
    if (size >= sizeof(*block) && block->magic == HERMIT_BOOT_MAGIC) {
        if (block->version != HERMIT_BOOT_VERSION)
            boot_fail("boot block of version %u, this kernel knows %u: launcher and image do not "
                      "belong together",
                      block->version, HERMIT_BOOT_VERSION);
        if (block->size > size || block->archive_size > size - block->size ||
            (uint64_t)block->strings_off + block->strings_size > block->size)
            boot_fail("the boot block is damaged");
        boot_info.block = phys_to_virt(start);
        skip = block->size;
        size = skip + block->archive_size;
    } else if (size < 6 || memcmp(block, "07070", 5) != 0) {
        boot_fail("the initial RAM disk is neither a boot block nor a cpio archive");
    }
    if (size > skip) {
        boot_info.archive = phys_to_virt(start + skip);
        boot_info.archive_size = size - skip;
    }
}

void pvh_parse(const struct pvh_start_info *si)
{
    if (si->magic != PVH_MAGIC)
        boot_fail("not started by a PVH boot loader");
    parse_memmap(si);
    if (si->cmdline != 0) {
        const char *cmdline = (const char *)si->cmdline;
        boot_reserve(si->cmdline, si->cmdline + strlen(cmdline) + 1);
        boot_info.cmdline = phys_to_virt(si->cmdline);
    }
    boot_info.acpi_rsdp = si->rsdp;
    if (si->nr_modules > 0) {
        const struct pvh_module *module = (const void *)si->modules;
        if (module->size > 0)
            parse_initrd(module->start, module->size);
    }
}
