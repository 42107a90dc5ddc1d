/* SPDX-License-Identifier: BSD-3-Clause */
/* The transports, for virtio.c alone. */
#ifndef DRIVERS_VIRTIO_TRANSPORT_H
#define DRIVERS_VIRTIO_TRANSPORT_H

#include "virtio.h"

extern const struct virtio_transport virtio_mmio_transport;
extern const struct virtio_transport virtio_pci_transport;

/* Devices that the command line names (virtio_mmio.device=SIZE@BASE:IRQ). 0 or −ENODEV. */
int virtio_mmio_find(enum virtio_id id, struct virtio_device *dev);

/* Devices of QEMU's microvm if there is neither a command line that names any nor a PCI bus. */
int virtio_mmio_probe(enum virtio_id id, struct virtio_device *dev);

/* Devices of PCI bus 0. 0 or −ENODEV. */
int virtio_pci_find(enum virtio_id id, struct virtio_device *dev);

#endif
