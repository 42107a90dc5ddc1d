/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of the boot before the final page tables, in their order (boot/early.c).
 * All run on CPU 0 on the identity map of the first 4 GiB, before the image is
 * relocated: code may use hidden symbols only and no initialised pointers.
 */
#ifndef BOOT_EARLY_H
#define BOOT_EARLY_H

#include <hermit/boot_info.h>
#include <hermit/types.h>

/* What boot32.S needs to go on. */
struct boot_target {
    paddr_t root;   /* CR3 */
    uintptr_t bias; /* virtual − link address of the image */
};

struct boot_target boot_early(paddr_t start_info);

/* First code at the high address: drops the identity map and calls kernel_main(). */
_Noreturn void boot_high(void);

/* The image as a program of Linux (boot/self_start.c): `stack` is as Linux made it, `room` has
 * place for argc + 8 pointers. */
_Noreturn void self_start(const unsigned long *stack, const char **room);

/* Reserves [start, end) rounded out to pages; only what is RAM matters. */
void boot_reserve(paddr_t start, paddr_t end);
/* Reserved region that overlaps [start, end); NULL: none. */
const struct boot_region *boot_reserved_overlap(paddr_t start, paddr_t end);

/* Refuses processors that lack what the kernel or the image was compiled for (boot/features.c). */
void features_check(void);

/* The image's own program headers (boot/image.c). */
void image_find(void);             /* fills boot_info.image_start, image_end; reserves */
uintptr_t image_choose_bias(void); /* 0 for an image that is not position independent */
void image_relocate(uintptr_t bias);
void image_map(paddr_t root, uintptr_t bias);

/* arch/x86_64/paging_boot.c: the final tables, from a bump allocator of free RAM. */
void paging_boot_init(void);
paddr_t paging_boot_table(void); /* one zeroed page */
void paging_boot_map_direct(paddr_t root);
/* Maps [va, va + size) to pa with 4 KiB pages; flags: of pte_image(). */
void paging_boot_map(paddr_t root, uintptr_t va, paddr_t pa, size_t size, uint64_t flags);
/* Makes [start, end) of the image read-only in the direct map. */
void paging_boot_protect_direct(paddr_t root, paddr_t start, paddr_t end);
/* Lets the identity map stay below the final root while CPU 0 moves over. */
void paging_boot_keep_identity(paddr_t root);
void paging_boot_drop_identity(void);
void paging_boot_done(void); /* reserves what was used */

/* RAM and firmware tables of the memory map, for the direct map's caching; sorted as found. */
struct boot_memory {
    paddr_t start, end;
};
extern struct boot_memory boot_memory[BOOT_MAX_REGIONS];
extern unsigned boot_nr_memory;

#endif
