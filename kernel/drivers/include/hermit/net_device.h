/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The border between a driver of a network card and the protocols: Ethernet frames without their
 * checksums cross it in chains of pieces, both ways without a copy.
 *
 * The folder net opens a driver's devices, virtio_net_open(), makes an interface of each, and calls
 * the operations from one task at a time. The interrupt handler calls `wake` and returns; the net
 * thread, or a call that waits for data, then fetches what has arrived by `receive`.
 *
 * Memory. What is sent stays until the driver has called `sent` with its cookie, in `send`, in
 * `receive` or in `reclaim`, never in the interrupt. What was received is the driver's; whoever got
 * it gives it back by `put`, some time later, from any task, or by `put_back`, which is called as
 * the other operations are, and costs less.
 */
#ifndef HERMIT_NET_DEVICE_H
#define HERMIT_NET_DEVICE_H

#include <hermit/types.h>

#define NET_MAC_SIZE   6
#define NET_PIECES_MAX 32 /* of one frame, either way */

/* A piece of memory of the kernel's; pieces of one packet are an array. */
struct net_piece {
    void *data;
    uint32_t size; /* bytes */
};

/* What goes with a packet, either way: virtio 1.2, 5.1.6. */
struct net_offload {
    bool needs_checksum;      /* sending: fill it in; receiving: it is not there, and right */
    bool checksum_ok;         /* receiving: the device has looked */
    bool v6;                  /* of gso_size: segments of TCP over IPv6, else IPv4 */
    uint16_t checksum_start;  /* offsets from the frame's first byte */
    uint16_t checksum_offset; /* … from there to the field, which has the pseudo header's sum */
    uint16_t gso_size;        /* TCP payload of each piece that it is to be cut into; 0: not */
    uint16_t header_size;     /* … and the bytes of all headers before it */
};

struct net_device;

struct net_device_ops {
    /* Puts a frame into the ring; the device may not be told before `flush`. 0; −ENOBUFS: the ring
     * is full, and `wake` will say when it is not. */
    int (*send)(struct net_device *d, const struct net_piece *pieces, unsigned nr,
                const struct net_offload *offload, void *cookie);
    void (*flush)(struct net_device *d);
    bool (*has_frames)(struct net_device *d); /* `receive` finds something */
    /* Next frame that has arrived, up to *nr pieces; −EAGAIN: none, the interrupt is on again. */
    int (*receive)(struct net_device *d, struct net_piece *pieces, unsigned *nr,
                   struct net_offload *offload);
    void (*put)(struct net_device *d, const struct net_piece *piece);
    void (*put_back)(struct net_device *d, const struct net_piece *piece);
    void (*reclaim)(struct net_device *d); /* calls `sent` for what has left */
    bool (*is_idle)(struct net_device *d); /* all that was given to `send` has left */
    bool (*has_link)(struct net_device *d);
};

struct net_device {
    const struct net_device_ops *ops;
    uint8_t mac[NET_MAC_SIZE];
    uint16_t mtu;              /* bytes of a packet without the Ethernet header */
    bool checksums;            /* sending: fills them in; receiving: may leave them out */
    bool cuts_tcp4, cuts_tcp6; /* sending: cuts what is larger than the MTU */
    /* Set by the folder net before the device's first interrupt. */
    void (*wake)(struct net_device *d);               /* any context */
    void (*sent)(struct net_device *d, void *cookie); /* not in the interrupt */
    void *netif;
};

#endif
