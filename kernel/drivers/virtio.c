/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtio devices and split queues, for every transport (virtio 1.2, 2.7 and 3.1). Owns
 * nothing but the list of transports to ask; a device's driver locks the device.
 */
#include "virtio_transport.h"

#include "virtio.h"
#include <asm-generic/errno.h>
#include <hermit/kmalloc.h>

#include <arch/cpu.h>
#include <arch/layout.h>
#include <stdatomic.h>

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER      2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8
#define STATUS_FAILED      128

#define FEATURE_VERSION_1 (1ULL << 32)

#define DESC_WRITE         2 /* the device writes into the buffer */
#define AVAIL_NO_INTERRUPT 1
#define USED_NO_NOTIFY     1

int virtio_find(enum virtio_id id, struct virtio_device *dev)
{
    if (virtio_mmio_find(id, dev) != 0 && virtio_pci_find(id, dev) != 0 &&
        virtio_mmio_probe(id, dev) != 0)
        return -ENODEV;
    const struct virtio_transport *t = dev->transport;
    t->write_status(dev, 0);
    while (t->read_status(dev) != 0)
        arch_cpu_relax();
    t->write_status(dev, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    return 0;
}

int virtio_negotiate(struct virtio_device *dev, uint64_t wanted, uint64_t *accepted)
{
    const struct virtio_transport *t = dev->transport;
    uint64_t features = t->read_features(dev) & (wanted | FEATURE_VERSION_1);
    uint8_t status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;

    if (features & FEATURE_VERSION_1) {
        t->write_features(dev, features);
        t->write_status(dev, status);
        if (t->read_status(dev) & STATUS_FEATURES_OK) {
            *accepted = features;
            return 0;
        }
    }
    t->write_status(dev, STATUS_FAILED);
    return -ENODEV;
}

void virtio_driver_ok(struct virtio_device *dev)
{
    dev->transport->write_status(dev, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK |
                                          STATUS_DRIVER_OK);
}

int virtio_irq_request(struct virtio_device *dev, void (*handler)(void *arg), void *arg)
{
    dev->handler = handler;
    dev->arg = arg;
    return dev->transport->irq_setup(dev);
}

int virtq_init(struct virtio_device *dev, struct virtq *q, unsigned index, unsigned size)
{
    size_t avail = size * sizeof(struct virtq_desc);
    size_t used = ALIGN_UP(avail + 6 + 2 * size, 4UL);

    if (dev->transport->queue_max(dev, index) < size)
        return -ENODEV;
    char *memory = kzalloc(used + 6 + sizeof(struct virtq_used_elem) * size);
    if (memory == NULL)
        return -ENOMEM;
    *q = (struct virtq){
        .desc = (struct virtq_desc *)(void *)memory,
        .avail = (volatile uint16_t *)(void *)(memory + avail),
        .used = (volatile uint16_t *)(void *)(memory + used),
        .index = (uint16_t)index,
        .size = (uint16_t)size,
        .notify32 = dev->transport == &virtio_mmio_transport,
    };
    paddr_t pa = virt_to_phys(memory);
    dev->transport->queue_enable(dev, index, size, pa, pa + avail, pa + used, &q->notify);
    return 0;
}

void virtq_submit(struct virtq *q, unsigned slot, paddr_t address, uint32_t length,
                  bool device_writes)
{
    q->desc[slot] = (struct virtq_desc){address, length, device_writes ? DESC_WRITE : 0, 0};
    q->avail[2 + (q->next_avail & (q->size - 1))] = (uint16_t)slot;
    q->next_avail++;
}

void virtq_publish(struct virtq *q)
{
    atomic_thread_fence(memory_order_release); /* the device sees the entries before the index */
    q->avail[1] = q->next_avail;
}

void virtq_kick(struct virtq *q)
{
    if (q->avail[1] == q->next_avail)
        return;
    virtq_publish(q);
    atomic_thread_fence(memory_order_seq_cst); /* index before flags; reverse order in the device */
    if (!(q->used[0] & USED_NO_NOTIFY))
        virtq_notify(q);
}

int virtq_reap(struct virtq *q, uint32_t *length)
{
    if (q->used[1] == q->last_used)
        return -1;
    atomic_thread_fence(memory_order_acquire); /* pairs with the device's index update */
    const volatile struct virtq_used_elem *elem =
        (const volatile struct virtq_used_elem *)(const volatile void *)(q->used + 2) +
        (q->last_used & (q->size - 1));
    unsigned slot = elem->id;
    *length = elem->length;
    q->last_used++;
    return (int)(slot & (q->size - 1U));
}

void virtq_set_interrupts(struct virtq *q, bool on)
{
    q->avail[0] = on ? 0 : AVAIL_NO_INTERRUPT;
    atomic_thread_fence(memory_order_seq_cst); /* flag before the caller's next read of `used` */
}
