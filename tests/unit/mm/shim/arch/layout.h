/* SPDX-License-Identifier: BSD-3-Clause */
/* Physical memory as one block of host memory, for unit tests. */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include <hermit/types.h>

extern char *shim_ram; /* physical address 0 */

static inline void *phys_to_virt(paddr_t pa)
{
    return shim_ram + pa;
}

static inline paddr_t virt_to_phys(const void *va)
{
    return (paddr_t)((const char *)va - shim_ram);
}

#endif
