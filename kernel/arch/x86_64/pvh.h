/* SPDX-License-Identifier: BSD-3-Clause */
/* Start information of the PVH boot ABI (Xen public interface, arch-x86/hvm/start_info.h,
 * version 1). All addresses are physical. */
#ifndef X86_PVH_H
#define X86_PVH_H

#include <hermit/boot_info.h>
#include <hermit/types.h>

#define PVH_MAGIC 0x336ec578u

/* The loader puts these at any address. */
struct __attribute__((packed)) pvh_start_info {
    uint32_t magic;
    uint32_t version; /* 1: has the memmap fields */
    uint32_t flags;
    uint32_t nr_modules;
    uint64_t modules; /* struct pvh_module[nr_modules] */
    uint64_t cmdline; /* string or 0 */
    uint64_t rsdp;    /* ACPI root pointer or 0 */
    uint64_t memmap;  /* struct pvh_memmap_entry[memmap_entries] */
    uint32_t memmap_entries;
    uint32_t reserved;
};

struct __attribute__((packed)) pvh_module {
    uint64_t start, size; /* bytes */
    uint64_t cmdline;
    uint64_t reserved;
};

enum pvh_memory_type { PVH_RAM = 1, PVH_ACPI = 3, PVH_NVS = 4 };

struct __attribute__((packed)) pvh_memmap_entry {
    uint64_t start, size; /* bytes */
    uint32_t type;
    uint32_t reserved;
};

/* RAM and firmware tables of the memory map, for the direct map's caching; sorted as found. */
struct boot_memory {
    paddr_t start, end;
};
extern struct boot_memory boot_memory[BOOT_MAX_REGIONS];
extern unsigned boot_nr_memory;

/* Fills the memory map, command line, initial RAM disk and ACPI pointer of boot_info. Runs on the
 * identity map. */
void pvh_parse(const struct pvh_start_info *si);

#endif
