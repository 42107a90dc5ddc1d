/* SPDX-License-Identifier: BSD-3-Clause */
/* File-system devices: one queue for urgent requests, one for all others. The owner of a device
 * locks it. */
#include "chain_queue.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>
#include <hermit/virtio_fs.h>
#include <stdatomic.h>

#define STATUS_NEEDS_RESET 64

/* As many as the device has, so that a request of 1 MiB in single pages is one chain. */
#define QUEUE_SIZE 1024

/* No event index: QEMU's library for servers stores its own and then looks for requests without a
 * barrier between, so that one could stay unseen. Nearly each needs its notification anyway. */
#define FEATURES CHAINQ_INDIRECT

/* Configuration: tag[36], num_request_queues[4]. */
#define CONFIG_TAG_SIZE 36

struct virtio_fs {
    struct virtio_device device;
    struct chainq queue[VIRTIO_FS_QUEUES];
};

/* The tag ends with a NUL unless it fills its place. */
static void read_tag(const volatile uint8_t *config, char tag[VIRTIO_FS_TAG_MAX])
{
    for (unsigned i = 0; i < CONFIG_TAG_SIZE; i++)
        tag[i] = (char)config[i];
    tag[CONFIG_TAG_SIZE] = '\0';
}

/* After virtio_find(). */
static int set_up(struct virtio_fs *dev, char tag[VIRTIO_FS_TAG_MAX],
                  void (*interrupt)(void *owner), void *owner)
{
    uint64_t features;
    int err = virtio_negotiate(&dev->device, FEATURES, &features);
    if (err == 0)
        err = virtio_irq_request(&dev->device, interrupt, owner);
    for (unsigned i = 0; err == 0 && i < VIRTIO_FS_QUEUES; i++)
        err = chainq_init(&dev->device, &dev->queue[i], i, QUEUE_SIZE, features);
    if (err == 0)
        read_tag(dev->device.config, tag);
    return err;
}

int virtio_fs_open(struct virtio_fs **result, char tag[VIRTIO_FS_TAG_MAX],
                   void (*interrupt)(void *owner), void *owner)
{
    struct virtio_fs *dev = kzalloc(sizeof(*dev));
    if (dev == NULL)
        return -ENOMEM;
    int err = virtio_find(VIRTIO_FS, &dev->device);
    if (err != 0) {
        kfree(dev);
        return err;
    }
    err = set_up(dev, tag, interrupt, owner);
    if (err != 0) {
        virtio_fs_stop(dev);
        return err; /* an interrupt may lead to it already, so its memory stays */
    }
    for (unsigned i = 0; i < VIRTIO_FS_QUEUES; i++)
        (void)chainq_arm(&dev->queue[i]); /* nothing was sent */
    *result = dev;
    atomic_thread_fence(memory_order_release); /* an interrupt may come from now on, and uses it */
    virtio_driver_ok(&dev->device);
    return 0;
}

unsigned virtio_fs_parts_max(const struct virtio_fs *dev)
{
    return dev->queue[VIRTIO_FS_USUAL].ring.size;
}

int virtio_fs_send(struct virtio_fs *dev, enum virtio_fs_queue queue,
                   const struct virtq_part *parts, unsigned nr_read, unsigned nr_write, void *token)
{
    struct chainq *q = &dev->queue[queue];
    int err = chainq_add(q, parts, nr_read, nr_write, token);
    if (err == 0)
        chainq_kick(q);
    return err;
}

void *virtio_fs_reap(struct virtio_fs *dev, uint32_t *written)
{
    for (unsigned i = 0; i < VIRTIO_FS_QUEUES; i++) {
        void *token;
        do
            token = chainq_reap(&dev->queue[i], written);
        while (token == NULL && !chainq_arm(&dev->queue[i]));
        if (token != NULL)
            return token;
    }
    return NULL;
}

bool virtio_fs_works(struct virtio_fs *dev)
{
    return !(dev->device.transport->read_status(&dev->device) & STATUS_NEEDS_RESET);
}

void virtio_fs_stop(struct virtio_fs *dev)
{
    dev->device.transport->write_status(&dev->device, 0);
}
