/* SPDX-License-Identifier: BSD-3-Clause */
/* Maps device registers; owns nothing, and takes no lock: the kernel's half only grows. */
#include <arch/paging.h>
#include <hermit/device_map.h>

void *device_map(paddr_t pa, size_t size)
{
    paddr_t end = ALIGN_UP(pa + size, PAGE_SIZE);
    for (paddr_t at = ALIGN_DOWN(pa, PAGE_SIZE); at < end; at += PAGE_SIZE)
        if (pt_map_kernel((uintptr_t)phys_to_virt(at), at, pte_kernel_device()) != 0)
            return NULL;
    return phys_to_virt(pa);
}
