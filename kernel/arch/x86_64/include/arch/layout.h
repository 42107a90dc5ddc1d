/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The virtual address space.
 *
 *     0x0000_0000_0001_0000 … 0x0000_7fff_ffff_efff   application: image, heap, mappings, stacks
 *     0xffff_8000_0000_0000 …                         direct map: all RAM, and the devices
 *                                                     below 4 GiB, uncached
 *     0xffff_c000_0000_0000 … 0xffff_c0ff_ffff_ffff   kernel mappings: kernel stacks with guards
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define USER_MIN         0x0000000000010000UL
#define USER_MAX         0x00007ffffffff000UL /* first address beyond */
#define DIRECT_MAP_BASE  0xffff800000000000UL
#define KERNEL_VMAP_BASE 0xffffc00000000000UL
#define KERNEL_VMAP_SIZE 0x0000010000000000UL

#define IMAGE_LINK_BASE 0x100000 /* link and physical address of the image; also for assembler */

#ifndef __ASSEMBLER__
#include <hermit/types.h>

/* Symbols of the link script (toolchain/hermit.lds), as linked plus bias. */
extern char __hermit_image_start[] __attribute__((visibility("hidden")));
extern char __hermit_text_start[] __attribute__((visibility("hidden")));
extern char __hermit_text_end[] __attribute__((visibility("hidden")));
extern char __hermit_data_start[] __attribute__((visibility("hidden")));
extern char __hermit_data_end[] __attribute__((visibility("hidden")));

static inline void *phys_to_virt(paddr_t pa)
{
    return (void *)(DIRECT_MAP_BASE + pa);
}

/* Only for addresses of the direct map. */
static inline paddr_t virt_to_phys(const void *va)
{
    return (paddr_t)((uintptr_t)va - DIRECT_MAP_BASE);
}

/* True for the kernel's code, which is contiguous in the image. */
static inline bool is_kernel_text(uintptr_t ip)
{
    return ip >= (uintptr_t)__hermit_text_start && ip < (uintptr_t)__hermit_text_end;
}
#endif

#endif
