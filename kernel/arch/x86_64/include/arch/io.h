/* SPDX-License-Identifier: BSD-3-Clause */
/* Device registers. */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t mmio_read32(const volatile void *p)
{
    return *(const volatile uint32_t *)p;
}

static inline void mmio_write32(volatile void *p, uint32_t value)
{
    *(volatile uint32_t *)p = value;
}

/* The word at `offset` of a PCI function's configuration space; `device` is
 * bus << 16 | device << 11 | function << 8. Any context; a change of some bits of a word is the
 * business of the device's driver alone. */
uint32_t arch_pci_read(uint32_t device, unsigned offset);
void arch_pci_write(uint32_t device, unsigned offset, uint32_t value);
/* False: the machine has no such bus. */
bool arch_pci_present(void);

#endif
