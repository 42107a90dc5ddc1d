/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtio 1.x devices behind MMIO or PCI (virtio 1.2, chapters 2 to 4), with split
 * queues. Descriptors are not chained: each submitted buffer is one descriptor,
 * named by its slot, so a driver keeps its buffers in an array beside the queue. Queues
 * of requests with several parts are in chain_queue.h.
 *
 * A device and its queues belong to their driver, which locks them; these functions
 * take no lock.
 */
#ifndef HERMIT_VIRTIO_H
#define HERMIT_VIRTIO_H

#include <hermit/irq.h>
#include <hermit/types.h>

enum virtio_id {
    VIRTIO_NET = 1,
    VIRTIO_CONSOLE = 3,
    VIRTIO_RNG = 4,
    VIRTIO_9P = 9,
    VIRTIO_FS = 26,
};

struct virtio_device;

/* Access to the registers. */
struct virtio_transport {
    uint64_t (*read_features)(struct virtio_device *dev);
    void (*write_features)(struct virtio_device *dev, uint64_t features);
    uint8_t (*read_status)(struct virtio_device *dev);
    void (*write_status)(struct virtio_device *dev, uint8_t status);
    /* Largest size of queue `index`; 0: no such queue. */
    unsigned (*queue_max)(struct virtio_device *dev, unsigned index);
    /* Passes the queue's memory to the device; stores the address of the notification register. */
    void (*queue_enable)(struct virtio_device *dev, unsigned index, unsigned size, paddr_t desc,
                         paddr_t avail, paddr_t used, volatile void **notify);
    int (*irq_setup)(struct virtio_device *dev);
    /* Acknowledges an interrupt; false: it was not this device's. */
    bool (*irq_ack)(struct virtio_device *dev);
};

struct virtio_device {
    const struct virtio_transport *transport;
    volatile uint8_t *regs;   /* MMIO registers, or the PCI common configuration */
    volatile uint8_t *config; /* device-specific configuration */
    volatile uint8_t *isr, *notify;
    uint32_t notify_multiplier;
    uint32_t pci;     /* PCI: bus, device, function as in CONFIG_ADDRESS */
    unsigned gsi;     /* interrupt input, where it is not message-signalled */
    bool msi;         /* message-signalled interrupts are in use */
    unsigned irq_cpu; /* core that gets the interrupts; the driver may set it after virtio_find() */
    void (*handler)(void *arg);
    void *arg;
};

struct virtq_desc {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

struct virtq_used_elem {
    uint32_t id;
    uint32_t length;
};

/* A queue of `size` slots (a power of two). */
struct virtq {
    struct virtq_desc *desc;
    volatile uint16_t *avail; /* flags, index, ring[] */
    volatile uint16_t *used;  /* flags, index, then struct virtq_used_elem ring[] */
    volatile void *notify;
    uint16_t index, size;
    uint16_t next_avail; /* index of the available ring that virtq_kick() will publish */
    uint16_t last_used;
    bool notify32; /* the notification register is 32 bits wide (MMIO) */
};

/*
 * Finds the first device of the kind that is not in use. Resets it and sets ACKNOWLEDGE
 * and DRIVER. 0 or −ENODEV.
 */
int virtio_find(enum virtio_id id, struct virtio_device *dev);

/* Accepts VIRTIO_F_VERSION_1 and the offered features of `wanted`. 0 or −ENODEV (sets FAILED). */
int virtio_negotiate(struct virtio_device *dev, uint64_t wanted, uint64_t *accepted);

/* Creates queue `index` with `size` slots. 0, −ENOMEM, −ENODEV. */
int virtq_init(struct virtio_device *dev, struct virtq *q, unsigned index, unsigned size);

/* Calls handler(arg) in interrupt context, on dev->irq_cpu, when the device has used buffers or
 * changed its configuration. 0 or −errno. */
int virtio_irq_request(struct virtio_device *dev, void (*handler)(void *arg), void *arg);

/* Sets DRIVER_OK: the driver is ready. */
void virtio_driver_ok(struct virtio_device *dev);

/* Offers slot's buffer to the device, which reads it, or fills it when `device_writes`. */
void virtq_submit(struct virtq *q, unsigned slot, paddr_t address, uint32_t length,
                  bool device_writes);

/* Publishes submitted buffers without a notification: for buffers that the device never waits
 * for. */
void virtq_publish(struct virtq *q);

/* Tells the device that there are new buffers. */
static inline void virtq_notify(struct virtq *q)
{
    if (q->notify32)
        *(volatile uint32_t *)q->notify = q->index;
    else
        *(volatile uint16_t *)q->notify = q->index;
}

/* Publishes submitted buffers and notifies the device unless it has suppressed notifications. */
void virtq_kick(struct virtq *q);

/* Next slot that the device has used, and the number of bytes that it wrote; −1: none. */
int virtq_reap(struct virtq *q, uint32_t *length);

/*
 * Enables or disables interrupts for used buffers (a hint). After enabling them the
 * caller must call virtq_reap() once more. A new queue has them enabled.
 */
void virtq_set_interrupts(struct virtq *q, bool on);

#endif
