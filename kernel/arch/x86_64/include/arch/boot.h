/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The architecture's steps of the boot before the final page tables (boot/early.c has their order,
 * hermit/entry.h the rules for their code).
 */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include <hermit/types.h>

/*
 * Relocations that an image may hold (psABI); the linker has resolved all others. The C library
 * applies IRELATIVE ones, by functions of the program.
 */
#define ARCH_RELOCATION_NONE      0  /* R_X86_64_NONE */
#define ARCH_RELOCATION_RELATIVE  8  /* R_X86_64_RELATIVE */
#define ARCH_RELOCATION_IRELATIVE 37 /* R_X86_64_IRELATIVE */

/*
 * Fills memory map, command line, initial RAM disk and firmware tables of boot_info from the boot
 * loader's `start_info` (physical address). Then refuses processors without the features that
 * kernel or image were compiled for, and reserves the page that the start of other cores needs.
 */
void arch_boot_begin(paddr_t start_info);

/* The final page tables, from a bump allocator of free RAM (paging_boot.c). */
void paging_boot_init(void);
paddr_t paging_boot_table(void); /* one zeroed page */
void paging_boot_map_direct(paddr_t root);
/* Maps [va, va + size) to pa with 4 KiB pages; prot: from pte_image(). */
void paging_boot_map(paddr_t root, uintptr_t va, paddr_t pa, size_t size, uint64_t prot);
/* Makes [start, end) of the image read-only in the direct map. */
void paging_boot_protect_direct(paddr_t root, paddr_t start, paddr_t end);
/* Keeps the identity map in the final root while CPU 0 switches to it. */
void paging_boot_keep_identity(paddr_t root);
void paging_boot_drop_identity(void);
void paging_boot_done(void); /* reserves the frames used */

#endif
