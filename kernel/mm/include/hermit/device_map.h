/* SPDX-License-Identifier: BSD-3-Clause */
/* Device registers in the kernel's half of the page tables. */
#ifndef HERMIT_DEVICE_MAP_H
#define HERMIT_DEVICE_MAP_H

#include <hermit/types.h>

/* An uncached mapping in the direct map's range, for ever. NULL: out of memory. */
void *device_map(paddr_t pa, size_t size);

#endif
