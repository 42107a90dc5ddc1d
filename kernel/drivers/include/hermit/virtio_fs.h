/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * File-system devices (virtio 1.2, 5.11): each carries requests of FUSE to a file server of the
 * host, which answers them in any order. The owner locks; the kernel's client is kernel/fuse/.
 */
#ifndef HERMIT_VIRTIO_FS_H
#define HERMIT_VIRTIO_FS_H

#include <hermit/virtq_part.h>

#define VIRTIO_FS_TAG_MAX 37 /* bytes of a tag with its NUL */

struct virtio_fs;

/* Queues of a device: requests in the first one overtake the others. */
enum virtio_fs_queue { VIRTIO_FS_URGENT, VIRTIO_FS_USUAL, VIRTIO_FS_QUEUES };

/*
 * Sets the next unused device up and stores its tag. From now on interrupt(owner) is called, in
 * interrupt context, when there is something to reap. 0, −ENODEV: no more of them, −ENOMEM. One
 * caller at a time, while no other device is set up: PCI's configuration has no lock.
 * A device that was set up stays so.
 */
int virtio_fs_open(struct virtio_fs **result, char tag[VIRTIO_FS_TAG_MAX],
                   void (*interrupt)(void *owner), void *owner);

/* The most parts that a request and its answer may have together. */
unsigned virtio_fs_parts_max(const struct virtio_fs *dev);

/*
 * Sends a request of nr_read parts; the answer comes into the nr_write parts behind them. `token`
 * is not NULL. 0, or −EAGAIN: the queue is full until something is reaped.
 */
int virtio_fs_send(struct virtio_fs *dev, enum virtio_fs_queue queue,
                   const struct virtq_part *parts, unsigned nr_read, unsigned nr_write,
                   void *token);

/* Token of the next request that the device has given back, and the bytes of its answer (0: it has
 * none). NULL: none; then an interrupt will tell of the next one. */
void *virtio_fs_reap(struct virtio_fs *dev, uint32_t *written);

/* False: the device has given up, and answers nothing any more (DEVICE_NEEDS_RESET). */
bool virtio_fs_works(struct virtio_fs *dev);

/* Resets the device: it forgets all requests, and their memory is the caller's again. */
void virtio_fs_stop(struct virtio_fs *dev);

#endif
