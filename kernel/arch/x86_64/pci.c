/* SPDX-License-Identifier: BSD-3-Clause */
/* PCI configuration space by the ports of mechanism 1 (PCI 3.0, 3.2.2.3.2). No state of its own,
 * but a machine-wide address register: one core at a time. */
#include "ports.h"
#include <arch/io.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000U

static void select(uint32_t device, unsigned offset)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | device | (offset & 0xfcU));
}

uint32_t arch_pci_read(uint32_t device, unsigned offset)
{
    select(device, offset);
    return inl(CONFIG_DATA);
}

void arch_pci_write(uint32_t device, unsigned offset, uint32_t value)
{
    select(device, offset);
    outl(CONFIG_DATA, value);
}

bool arch_pci_present(void)
{
    return (arch_pci_read(0, 0) & 0xffff) != 0xffff && inl(CONFIG_ADDRESS) == CONFIG_ENABLE;
}
