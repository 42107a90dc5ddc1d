/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PCI configuration space by the ports of mechanism 1 (PCI 3.0, 3.2.2.3.2). No state of its own,
 * but a machine-wide address register: `pci` is held from choosing an address to the access, since
 * drivers also start at a first use, when all cores run.
 */
#include "ports.h"
#include <arch/io.h>
#include <hermit/spinlock.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000U

static struct spinlock pci_lock = SPINLOCK_INIT("pci");

static void select(uint32_t device, unsigned offset)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | device | (offset & 0xfcU));
}

uint32_t arch_pci_read(uint32_t device, unsigned offset)
{
    unsigned long irq = spin_lock(&pci_lock);
    select(device, offset);
    uint32_t value = inl(CONFIG_DATA);
    spin_unlock(&pci_lock, irq);
    return value;
}

void arch_pci_write(uint32_t device, unsigned offset, uint32_t value)
{
    unsigned long irq = spin_lock(&pci_lock);
    select(device, offset);
    outl(CONFIG_DATA, value);
    spin_unlock(&pci_lock, irq);
}

bool arch_pci_present(void)
{
    unsigned long irq = spin_lock(&pci_lock);
    select(0, 0);
    bool present = (inl(CONFIG_DATA) & 0xffff) != 0xffff && inl(CONFIG_ADDRESS) == CONFIG_ENABLE;
    spin_unlock(&pci_lock, irq);
    return present;
}
