/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtio over MMIO (virtio 1.2, 4.2; register layout version 2). The registers of a
 * device belong to its driver. No state of its own: a device in use is recognized by
 * its status register.
 */
#include "virtio_transport.h"

#include <arch/io.h>
#include <asm-generic/errno-base.h>
#include <hermit/boot_info.h>
#include <hermit/device_map.h>
#include <hermit/string.h>

enum mmio_register {
    REG_MAGIC = 0x000,
    REG_VERSION = 0x004,
    REG_DEVICE_ID = 0x008,
    REG_DEVICE_FEATURES = 0x010,
    REG_DEVICE_FEATURES_SEL = 0x014,
    REG_DRIVER_FEATURES = 0x020,
    REG_DRIVER_FEATURES_SEL = 0x024,
    REG_QUEUE_SEL = 0x030,
    REG_QUEUE_NUM_MAX = 0x034,
    REG_QUEUE_NUM = 0x038,
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_INTERRUPT_STATUS = 0x060,
    REG_INTERRUPT_ACK = 0x064,
    REG_STATUS = 0x070,
    REG_QUEUE_DESC = 0x080,
    REG_QUEUE_DRIVER = 0x090,
    REG_QUEUE_DEVICE = 0x0a0,
    REG_CONFIG = 0x100,
};

#define MAGIC         0x74726976 /* "virt" */
#define VERSION       2
#define REGISTER_SIZE 0x200
#define DRIVER_OK     4

/* QEMU's microvm with ACPI: its slots, and the first one's interrupt, on the second I/O APIC. */
#define MICROVM_BASE        0xfeb00000UL
#define MICROVM_SLOTS       24
#define MICROVM_GSI_IOAPIC2 24

static uint32_t get(struct virtio_device *dev, enum mmio_register reg)
{
    return mmio_read32(dev->regs + reg);
}

static void put(struct virtio_device *dev, enum mmio_register reg, uint32_t value)
{
    mmio_write32(dev->regs + reg, value);
}

static void put_address(struct virtio_device *dev, unsigned reg, paddr_t pa)
{
    mmio_write32(dev->regs + reg, (uint32_t)pa);
    mmio_write32(dev->regs + reg + 4, (uint32_t)(pa >> 32));
}

static uint64_t read_features(struct virtio_device *dev)
{
    put(dev, REG_DEVICE_FEATURES_SEL, 1);
    uint64_t high = get(dev, REG_DEVICE_FEATURES);
    put(dev, REG_DEVICE_FEATURES_SEL, 0);
    return high << 32 | get(dev, REG_DEVICE_FEATURES);
}

static void write_features(struct virtio_device *dev, uint64_t features)
{
    put(dev, REG_DRIVER_FEATURES_SEL, 1);
    put(dev, REG_DRIVER_FEATURES, (uint32_t)(features >> 32));
    put(dev, REG_DRIVER_FEATURES_SEL, 0);
    put(dev, REG_DRIVER_FEATURES, (uint32_t)features);
}

static uint8_t read_status(struct virtio_device *dev)
{
    return (uint8_t)get(dev, REG_STATUS);
}

static void write_status(struct virtio_device *dev, uint8_t status)
{
    put(dev, REG_STATUS, status);
}

static unsigned queue_max(struct virtio_device *dev, unsigned index)
{
    put(dev, REG_QUEUE_SEL, index);
    return get(dev, REG_QUEUE_NUM_MAX);
}

static void queue_enable(struct virtio_device *dev, unsigned index, unsigned size, paddr_t desc,
                         paddr_t avail, paddr_t used, volatile void **notify)
{
    put(dev, REG_QUEUE_SEL, index);
    put(dev, REG_QUEUE_NUM, size);
    put_address(dev, REG_QUEUE_DESC, desc);
    put_address(dev, REG_QUEUE_DRIVER, avail);
    put_address(dev, REG_QUEUE_DEVICE, used);
    put(dev, REG_QUEUE_READY, 1);
    *notify = dev->regs + REG_QUEUE_NOTIFY;
}

static bool irq_ack(struct virtio_device *dev)
{
    uint32_t status = get(dev, REG_INTERRUPT_STATUS);
    if (status != 0)
        put(dev, REG_INTERRUPT_ACK, status);
    return status != 0;
}

static void interrupt(void *arg)
{
    struct virtio_device *dev = arg;
    if (irq_ack(dev))
        dev->handler(dev->arg);
}

/* The line stays asserted until it is acknowledged: level, active high. */
static int irq_setup(struct virtio_device *dev)
{
    return irq_request(dev->gsi, IRQ_LEVEL, dev->irq_cpu, interrupt, dev);
}

const struct virtio_transport virtio_mmio_transport = {
    .read_features = read_features,
    .write_features = write_features,
    .read_status = read_status,
    .write_status = write_status,
    .queue_max = queue_max,
    .queue_enable = queue_enable,
    .irq_setup = irq_setup,
    .irq_ack = irq_ack,
};

/* Fills `dev` if the registers at `base` belong to a free device of this kind. */
static bool take(enum virtio_id id, struct virtio_device *dev, paddr_t base, unsigned gsi)
{
    volatile uint8_t *regs = device_map(base, REGISTER_SIZE);
    if (regs == NULL || mmio_read32(regs + REG_MAGIC) != MAGIC ||
        mmio_read32(regs + REG_VERSION) != VERSION || mmio_read32(regs + REG_DEVICE_ID) != id ||
        (mmio_read32(regs + REG_STATUS) & DRIVER_OK))
        return false;
    *dev = (struct virtio_device){
        .transport = &virtio_mmio_transport,
        .regs = regs,
        .config = regs + REG_CONFIG,
        .gsi = gsi,
    };
    return true;
}

/* Decimal number, or hexadecimal behind 0x, with an optional K or M; *p then points behind it. */
static uint64_t parse_number(const char **p)
{
    uint64_t value = 0;
    unsigned base = 10;
    if ((*p)[0] == '0' && (*p)[1] == 'x') {
        base = 16;
        *p += 2;
    }
    for (;; (*p)++) {
        unsigned digit = (unsigned char)**p - '0';
        if (base == 16 && digit > 9)
            digit = ((unsigned char)**p | 0x20U) - 'a' + 10;
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    if (**p == 'K' || **p == 'M') {
        value <<= **p == 'K' ? 10 : 20;
        (*p)++;
    }
    return value;
}

static const char word[] = "virtio_mmio.device=";

int virtio_mmio_find(enum virtio_id id, struct virtio_device *dev)
{
    const char *p = boot_info.cmdline;
    while ((p = strstr(p, word)) != NULL) {
        p += sizeof(word) - 1;
        parse_number(&p);
        if (*p++ != '@')
            break;
        paddr_t base = parse_number(&p);
        if (*p++ != ':')
            break;
        if (take(id, dev, base, (unsigned)parse_number(&p)))
            return 0;
    }
    return -ENODEV;
}

int virtio_mmio_probe(enum virtio_id id, struct virtio_device *dev)
{
    if (strstr(boot_info.cmdline, word) != NULL || arch_pci_present())
        return -ENODEV;
    /* QEMU fills the slots from the last one. */
    for (unsigned slot = MICROVM_SLOTS; slot-- > 0;) {
        if (take(id, dev, MICROVM_BASE + slot * REGISTER_SIZE, MICROVM_GSI_IOAPIC2 + slot))
            return 0;
    }
    return -ENODEV;
}
