/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * 9P transport devices (virtio's device 9): each carries messages to a file server of the host,
 * which answers them in any order. The owner locks; the kernel's client is kernel/p9/.
 */
#ifndef HERMIT_VIRTIO_9P_H
#define HERMIT_VIRTIO_9P_H

#include <hermit/virtq_part.h>

#define VIRTIO_9P_TAG_MAX 32 /* bytes of a mount tag with its NUL; longer ones are cut */

struct virtio_9p;

/*
 * Sets the next unused device up and stores its mount tag. From now on interrupt(owner) is called,
 * in interrupt context, when there is something to reap. 0, −ENODEV: no more of them, −ENOMEM. One
 * caller at a time, while no other device is set up: PCI's configuration has no lock.
 * A device that was set up stays so.
 */
int virtio_9p_open(struct virtio_9p **result, char tag[VIRTIO_9P_TAG_MAX],
                   void (*interrupt)(void *owner), void *owner);

/* The most parts that a message and its reply may have together. */
unsigned virtio_9p_parts_max(const struct virtio_9p *dev);

/*
 * Sends a message of nr_read parts; the reply comes into the nr_write parts behind them. `token` is
 * not NULL. 0, or −EAGAIN: the queue is full until something is reaped.
 */
int virtio_9p_send(struct virtio_9p *dev, const struct virtq_part *parts, unsigned nr_read,
                   unsigned nr_write, void *token);

/* Token of the next message that is answered, and the bytes of the answer (0: the message was
 * cancelled). NULL: none; then an interrupt will tell of the next one. */
void *virtio_9p_reap(struct virtio_9p *dev, uint32_t *written);

/* False: the device has given up, and answers nothing any more (DEVICE_NEEDS_RESET). */
bool virtio_9p_works(struct virtio_9p *dev);

/* Resets the device: it forgets all messages, and their memory is the caller's again. */
void virtio_9p_stop(struct virtio_9p *dev);

#endif
