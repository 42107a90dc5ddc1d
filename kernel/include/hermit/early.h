/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of the boot before the final page tables, in order (boot/early.c).
 * All run on CPU 0 on the identity map of the first 4 GiB, before the image is
 * relocated: code may use hidden symbols only and no initialised pointers.
 */
#ifndef HERMIT_EARLY_H
#define HERMIT_EARLY_H

#include <hermit/boot_info.h>
#include <hermit/types.h>

/* Result of boot_early() for boot32.S. */
struct boot_target {
    paddr_t root;   /* CR3 */
    uintptr_t bias; /* virtual − link address of the image */
};

struct boot_target boot_early(paddr_t start_info);

/* First code at the high address: drops the identity map and calls kernel_main(). */
_Noreturn void boot_high(void);

/* Entry of the image as a Linux program (boot/self_start.c): `stack` as Linux built it, `room` for
 * argc + 8 pointers. */
_Noreturn void self_start(const unsigned long *stack, const char **room);

/* Reserves [start, end), rounded outwards to pages; may include addresses that are not RAM. */
void boot_reserve(paddr_t start, paddr_t end);
/* Reserved region that overlaps [start, end); NULL: none. */
const struct boot_region *boot_reserved_overlap(paddr_t start, paddr_t end);

/* The image's own program headers (boot/image.c). */
void image_find(void);             /* fills boot_info.image_start, image_end; reserves */
uintptr_t image_choose_bias(void); /* 0 for an image that is not position independent */
void image_relocate(uintptr_t bias);
void image_map(paddr_t root, uintptr_t bias);

/* RAM and firmware tables of the memory map, for the direct map's caching; sorted as found. */
struct boot_memory {
    paddr_t start, end;
};
extern struct boot_memory boot_memory[BOOT_MAX_REGIONS];
extern unsigned boot_nr_memory;

#endif
