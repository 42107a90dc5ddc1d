/* SPDX-License-Identifier: BSD-3-Clause */
/* Network cards of virtio (virtio 1.2, 5.1). */
#ifndef HERMIT_VIRTIO_NET_H
#define HERMIT_VIRTIO_NET_H

#include <hermit/net_device.h>

/*
 * Sets up the next card. Its interrupts, which call `wake`, come to core `cpu`; the first one may
 * come before this returns, with a device whose `netif` is NULL. 0; −ENODEV: there is no more;
 * −ENOMEM, −errno.
 */
int virtio_net_open(struct net_device **device, unsigned cpu, void (*wake)(struct net_device *d),
                    void (*sent)(struct net_device *d, void *cookie));

#endif
