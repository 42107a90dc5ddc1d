/* SPDX-License-Identifier: BSD-3-Clause */
/* 9P transport devices: one queue of requests each. The owner of a device locks it. */
#include "chain_queue.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>
#include <hermit/virtio_9p.h>

#define FEATURE_MOUNT_TAG  (1ULL << 0)
#define STATUS_NEEDS_RESET 64

#define QUEUE_SIZE 128

/* Configuration: tag_len[2], tag[tag_len]. */
#define CONFIG_TAG 2

struct virtio_9p {
    struct virtio_device device;
    struct chainq queue;
};

static void read_tag(const volatile uint8_t *config, char tag[VIRTIO_9P_TAG_MAX])
{
    unsigned length = config[0] | (unsigned)config[1] << 8;
    length = MIN(length, VIRTIO_9P_TAG_MAX - 1U);
    for (unsigned i = 0; i < length; i++)
        tag[i] = (char)config[CONFIG_TAG + i];
    tag[length] = '\0';
}

/* After virtio_find(). */
static int set_up(struct virtio_9p *dev, char tag[VIRTIO_9P_TAG_MAX],
                  void (*interrupt)(void *owner), void *owner)
{
    uint64_t features;
    int err = virtio_negotiate(&dev->device, FEATURE_MOUNT_TAG | CHAINQ_FEATURES, &features);
    if (err == 0 && !(features & FEATURE_MOUNT_TAG))
        err = -ENODEV;
    if (err == 0)
        err = virtio_irq_request(&dev->device, interrupt, owner);
    if (err == 0)
        err = chainq_init(&dev->device, &dev->queue, 0, QUEUE_SIZE, features);
    if (err == 0)
        read_tag(dev->device.config, tag);
    return err;
}

int virtio_9p_open(struct virtio_9p **result, char tag[VIRTIO_9P_TAG_MAX],
                   void (*interrupt)(void *owner), void *owner)
{
    struct virtio_9p *dev = kzalloc(sizeof(*dev));
    if (dev == NULL)
        return -ENOMEM;
    int err = virtio_find(VIRTIO_9P, &dev->device);
    if (err != 0) {
        kfree(dev);
        return err;
    }
    err = set_up(dev, tag, interrupt, owner);
    if (err != 0) {
        virtio_9p_stop(dev);
        return err; /* an interrupt may lead to it already, so its memory stays */
    }
    virtio_driver_ok(&dev->device);
    (void)chainq_arm(&dev->queue); /* nothing was sent */
    *result = dev;
    return 0;
}

unsigned virtio_9p_parts_max(const struct virtio_9p *dev)
{
    return dev->queue.ring.size;
}

int virtio_9p_send(struct virtio_9p *dev, const struct virtq_part *parts, unsigned nr_read,
                   unsigned nr_write, void *token)
{
    int err = chainq_add(&dev->queue, parts, nr_read, nr_write, token);
    if (err == 0)
        chainq_kick(&dev->queue);
    return err;
}

void *virtio_9p_reap(struct virtio_9p *dev, uint32_t *written)
{
    void *token;
    do
        token = chainq_reap(&dev->queue, written);
    while (token == NULL && !chainq_arm(&dev->queue));
    return token;
}

bool virtio_9p_works(struct virtio_9p *dev)
{
    return !(dev->device.transport->read_status(&dev->device) & STATUS_NEEDS_RESET);
}

void virtio_9p_stop(struct virtio_9p *dev)
{
    dev->device.transport->write_status(&dev->device, 0);
}
