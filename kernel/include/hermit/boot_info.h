/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Boot information, independent of the boot protocol (now PVH). Filled before anything
 * else runs, constant afterwards.
 */
#ifndef HERMIT_BOOT_INFO_H
#define HERMIT_BOOT_INFO_H

#include <hermit/boot_abi.h>
#include <hermit/types.h>

#define BOOT_MAX_REGIONS 64

struct boot_region {
    paddr_t start, end; /* usable RAM, end exclusive, sorted, not overlapping, page aligned */
};

struct boot_info {
    struct boot_region ram[BOOT_MAX_REGIONS];
    unsigned nr_ram;
    /* Parts of RAM in use: image, initrd, boot page tables, trampoline, boot info. */
    struct boot_region reserved[8];
    unsigned nr_reserved;
    paddr_t initrd, initrd_end;            /* whole initial RAM disk; equal: none */
    const char *cmdline;                   /* direct-map address, never NULL */
    paddr_t acpi_rsdp;                     /* 0: none given */
    uintptr_t bias;                        /* virtual address − link address of the image */
    paddr_t image_start, image_end;        /* physical range that the loader filled, page aligned */
    const struct hermit_boot_block *block; /* direct map; NULL: no block */
    const char *archive;                   /* cpio archive, direct map; NULL: none */
    size_t archive_size;
    bool hypervisor;       /* CPUID reports one */
    bool executable_stack; /* the image asks for one (PT_GNU_STACK) */
    paddr_t trampoline;    /* reserved page below 1 MiB where the other cores start; 0: none */
    paddr_t root;          /* top page table of the one address space (CR3 of every core) */
};

extern struct boot_info boot_info;

/* During the boot: */

/* Reserves [start, end), rounded outwards to pages; may include addresses that are not RAM. */
void boot_reserve(paddr_t start, paddr_t end);
/* Reserved region that overlaps [start, end); NULL: none. */
const struct boot_region *boot_reserved_overlap(paddr_t start, paddr_t end);

/* First C code after the switch to the final page tables; the flat list of *_init() calls. Never
 * returns. */
_Noreturn void kernel_main(void);

/*
 * Starts the program: builds argc/argv/envp/auxv on the main thread's stack and
 * enters _start. Arguments come from the boot block, or from the words of the
 * command line.
 */
_Noreturn void program_start(void);

#endif
