/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtio over PCI (virtio 1.2, 4.1), modern interface only, one MSI-X vector for all
 * queues and for changes of the configuration. A device belongs to its driver; configuration space
 * has a lock of its own.
 */
#include "virtio_transport.h"

#include <arch/io.h>
#include <asm-generic/errno.h>
#include <hermit/device_map.h>

#define PCI_COMMAND        0x04
#define PCI_STATUS_BIT     (1U << 20) /* capability list, in the dword of PCI_COMMAND */
#define PCI_BAR            0x10
#define PCI_SUBSYSTEM      0x2c
#define PCI_CAPABILITIES   0x34
#define PCI_INTERRUPT_LINE 0x3c
#define COMMAND_MEMORY     (1U << 1)
#define COMMAND_MASTER     (1U << 2)
#define COMMAND_NO_INTX    (1U << 10)

#define CAP_VENDOR 0x09
#define CAP_MSIX   0x11

#define VIRTIO_VENDOR       0x1af4
#define VIRTIO_MODERN       0x1040 /* plus the device's kind */
#define VIRTIO_TRANSITIONAL 0x1000 /* to 0x103f: the kind is in the subsystem id */

enum virtio_cap { CAP_COMMON = 1, CAP_NOTIFY = 2, CAP_ISR = 3, CAP_DEVICE = 4 };

/* Offsets in the common configuration structure. */
enum common_register {
    COMMON_DEVICE_FEATURE_SEL = 0,
    COMMON_DEVICE_FEATURE = 4,
    COMMON_DRIVER_FEATURE_SEL = 8,
    COMMON_DRIVER_FEATURE = 12,
    COMMON_CONFIG_VECTOR = 16,
    COMMON_STATUS = 20,
    COMMON_QUEUE_SELECT = 22,
    COMMON_QUEUE_SIZE = 24,
    COMMON_QUEUE_VECTOR = 26,
    COMMON_QUEUE_ENABLE = 28,
    COMMON_QUEUE_NOTIFY_OFF = 30,
    COMMON_QUEUE_DESC = 32,
    COMMON_QUEUE_DRIVER = 40,
    COMMON_QUEUE_DEVICE = 48,
};

#define DRIVER_OK     4
#define MSIX_ENABLE   0x80000000U
#define DEVICE_STEP   0x800 /* address of one device to that of the next */
#define FUNCTION_STEP 0x100
#define BUS_END       0x10000

static uint16_t get16(struct virtio_device *dev, enum common_register reg)
{
    return *(volatile uint16_t *)(volatile void *)(dev->regs + reg);
}

static void put16(struct virtio_device *dev, enum common_register reg, uint16_t value)
{
    *(volatile uint16_t *)(volatile void *)(dev->regs + reg) = value;
}

static void put64(struct virtio_device *dev, unsigned reg, uint64_t value)
{
    mmio_write32(dev->regs + reg, (uint32_t)value);
    mmio_write32(dev->regs + reg + 4, (uint32_t)(value >> 32));
}

static uint64_t read_features(struct virtio_device *dev)
{
    mmio_write32(dev->regs + COMMON_DEVICE_FEATURE_SEL, 1);
    uint64_t high = mmio_read32(dev->regs + COMMON_DEVICE_FEATURE);
    mmio_write32(dev->regs + COMMON_DEVICE_FEATURE_SEL, 0);
    return high << 32 | mmio_read32(dev->regs + COMMON_DEVICE_FEATURE);
}

static void write_features(struct virtio_device *dev, uint64_t features)
{
    mmio_write32(dev->regs + COMMON_DRIVER_FEATURE_SEL, 1);
    mmio_write32(dev->regs + COMMON_DRIVER_FEATURE, (uint32_t)(features >> 32));
    mmio_write32(dev->regs + COMMON_DRIVER_FEATURE_SEL, 0);
    mmio_write32(dev->regs + COMMON_DRIVER_FEATURE, (uint32_t)features);
}

static uint8_t read_status(struct virtio_device *dev)
{
    return dev->regs[COMMON_STATUS];
}

static void write_status(struct virtio_device *dev, uint8_t status)
{
    dev->regs[COMMON_STATUS] = status;
}

static unsigned queue_max(struct virtio_device *dev, unsigned index)
{
    put16(dev, COMMON_QUEUE_SELECT, (uint16_t)index);
    return get16(dev, COMMON_QUEUE_SIZE);
}

static void queue_enable(struct virtio_device *dev, unsigned index, unsigned size, paddr_t desc,
                         paddr_t avail, paddr_t used, volatile void **notify)
{
    put16(dev, COMMON_QUEUE_SELECT, (uint16_t)index);
    put16(dev, COMMON_QUEUE_SIZE, (uint16_t)size);
    if (dev->msi)
        put16(dev, COMMON_QUEUE_VECTOR, 0);
    put64(dev, COMMON_QUEUE_DESC, desc);
    put64(dev, COMMON_QUEUE_DRIVER, avail);
    put64(dev, COMMON_QUEUE_DEVICE, used);
    *notify = dev->notify + (size_t)get16(dev, COMMON_QUEUE_NOTIFY_OFF) * dev->notify_multiplier;
    put16(dev, COMMON_QUEUE_ENABLE, 1);
}

/* Reading the ISR register acknowledges. */
static bool irq_ack(struct virtio_device *dev)
{
    return *dev->isr != 0;
}

static void line_interrupt(void *arg)
{
    struct virtio_device *dev = arg;
    if (irq_ack(dev))
        dev->handler(dev->arg);
}

/* Virtual address of `offset` in base address register `bar`; NULL: none. */
static volatile uint8_t *map_bar(uint32_t pci, unsigned bar, uint32_t offset, size_t size)
{
    uint32_t low = bar < 6 ? arch_pci_read(pci, PCI_BAR + 4 * bar) : 1;
    if (low & 1)
        return NULL; /* I/O ports */
    paddr_t base = low & ~0xfU;
    if ((low & 6) == 4)
        base |= (paddr_t)arch_pci_read(pci, PCI_BAR + 4 * bar + 4) << 32;
    return base != 0 ? device_map(base + offset, size) : NULL;
}

/* Offset of the next capability with this id behind `after` (0: the first); 0: no more. */
static unsigned find_capability(uint32_t pci, unsigned id, unsigned after)
{
    unsigned offset = after != 0 ? arch_pci_read(pci, after) >> 8 & 0xfc
                                 : arch_pci_read(pci, PCI_CAPABILITIES) & 0xfc;
    for (unsigned seen = 0; offset != 0 && seen < 48; seen++) {
        uint32_t head = arch_pci_read(pci, offset);
        if ((head & 0xff) == id)
            return offset;
        offset = head >> 8 & 0xfc;
    }
    return 0;
}

static int msix_setup(struct virtio_device *dev, unsigned cap)
{
    uint64_t address;
    uint32_t data;
    uint32_t table = arch_pci_read(dev->pci, cap + 4);
    volatile uint8_t *entry = map_bar(dev->pci, table & 7, table & ~7U, 16);
    if (entry == NULL)
        return -ENODEV;
    int err = irq_request_msi(dev->irq_cpu, dev->handler, dev->arg, &address, &data);
    if (err != 0)
        return err;
    arch_pci_write(dev->pci, cap, arch_pci_read(dev->pci, cap) | MSIX_ENABLE);
    mmio_write32(entry, (uint32_t)address);
    mmio_write32(entry + 4, (uint32_t)(address >> 32));
    mmio_write32(entry + 8, data);
    mmio_write32(entry + 12, 0);
    put16(dev, COMMON_CONFIG_VECTOR, 0);
    dev->msi = true;
    return 0;
}

static int irq_setup(struct virtio_device *dev)
{
    unsigned cap = find_capability(dev->pci, CAP_MSIX, 0);
    uint32_t command = arch_pci_read(dev->pci, PCI_COMMAND) & 0xffff;
    if (cap != 0) {
        arch_pci_write(dev->pci, PCI_COMMAND, command | COMMAND_NO_INTX);
        return msix_setup(dev, cap);
    }
    arch_pci_write(dev->pci, PCI_COMMAND, command & ~COMMAND_NO_INTX);
    return irq_request(dev->gsi, IRQ_LEVEL | IRQ_LOW, dev->irq_cpu, line_interrupt, dev);
}

const struct virtio_transport virtio_pci_transport = {
    .read_features = read_features,
    .write_features = write_features,
    .read_status = read_status,
    .write_status = write_status,
    .queue_max = queue_max,
    .queue_enable = queue_enable,
    .irq_setup = irq_setup,
    .irq_ack = irq_ack,
};

static void use_capability(struct virtio_device *dev, unsigned cap)
{
    uint32_t bar = arch_pci_read(dev->pci, cap + 4) & 0xff;
    uint32_t offset = arch_pci_read(dev->pci, cap + 8);
    uint32_t length = arch_pci_read(dev->pci, cap + 12);
    enum virtio_cap kind = arch_pci_read(dev->pci, cap) >> 24;
    if (kind < CAP_COMMON || kind > CAP_DEVICE)
        return;
    volatile uint8_t *regs = map_bar(dev->pci, bar, offset, length);
    if (kind == CAP_COMMON && dev->regs == NULL)
        dev->regs = regs;
    if (kind == CAP_ISR && dev->isr == NULL)
        dev->isr = regs;
    if (kind == CAP_DEVICE && dev->config == NULL)
        dev->config = regs;
    if (kind == CAP_NOTIFY && dev->notify == NULL) {
        dev->notify = regs;
        dev->notify_multiplier = arch_pci_read(dev->pci, cap + 16);
    }
}

static bool take(enum virtio_id id, struct virtio_device *dev, uint32_t pci)
{
    uint32_t ids = arch_pci_read(pci, 0);
    unsigned device = ids >> 16;
    if ((ids & 0xffff) != VIRTIO_VENDOR || device < VIRTIO_TRANSITIONAL)
        return false;
    unsigned kind =
        device >= VIRTIO_MODERN ? device - VIRTIO_MODERN : arch_pci_read(pci, PCI_SUBSYSTEM) >> 16;
    uint32_t command = arch_pci_read(pci, PCI_COMMAND);
    if (kind != id || !(command & PCI_STATUS_BIT))
        return false;
    *dev = (struct virtio_device){.transport = &virtio_pci_transport, .pci = pci};
    dev->gsi = arch_pci_read(pci, PCI_INTERRUPT_LINE) & 0xff;
    arch_pci_write(pci, PCI_COMMAND, (command & 0xffff) | COMMAND_MEMORY | COMMAND_MASTER);
    for (unsigned cap = 0; (cap = find_capability(pci, CAP_VENDOR, cap)) != 0;)
        use_capability(dev, cap);
    return dev->regs != NULL && dev->isr != NULL && dev->notify != NULL &&
           !(read_status(dev) & DRIVER_OK);
}

int virtio_pci_find(enum virtio_id id, struct virtio_device *dev)
{
    if (!arch_pci_present())
        return -ENODEV;
    for (uint32_t pci = 0; pci < BUS_END; pci += DEVICE_STEP) {
        uint32_t ids = arch_pci_read(pci, 0);
        if ((ids & 0xffff) == 0xffff)
            continue;
        bool many = arch_pci_read(pci, 0x0c) >> 16 & 0x80;
        for (uint32_t f = 0; f < (many ? DEVICE_STEP : FUNCTION_STEP); f += FUNCTION_STEP) {
            if (take(id, dev, pci + f))
                return 0;
        }
    }
    return -ENODEV;
}
