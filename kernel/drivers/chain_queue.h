/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Split queues for devices with requests (virtio 1.2, 2.7): a request is a chain of parts, first
 * those that the device reads, then those that it writes, and many may be in flight. Uses
 * indirect descriptors and event indices where the device offers them.
 *
 * The driver locks the queue. An interrupt handler reaps until chainq_arm() says that nothing
 * more has come:
 *
 *     do
 *         while ((token = chainq_reap(q, &written)) != NULL)
 *             …
 *     while (!chainq_arm(q));
 *
 * Memory of a part belongs to the device from chainq_add() until chainq_reap() returns the
 * request's token, or the device was reset.
 */
#ifndef DRIVERS_CHAIN_QUEUE_H
#define DRIVERS_CHAIN_QUEUE_H

#include "virtio.h"
#include <hermit/virtq_part.h>

/* Feature bits to ask virtio_negotiate() for, and to hand over to chainq_init(). */
#define CHAINQ_INDIRECT    (1ULL << 28) /* INDIRECT_DESC */
#define CHAINQ_EVENT_INDEX (1ULL << 29) /* EVENT_IDX */
#define CHAINQ_FEATURES    (CHAINQ_INDIRECT | CHAINQ_EVENT_INDEX)

/* What belongs to a descriptor, by its number. */
struct chainq_slot {
    void *token;              /* of the request that starts here; NULL: none in flight */
    struct virtq_desc *table; /* its indirect descriptors, kmalloc; NULL: it has none */
    uint32_t room;            /* bytes of it that the device may write */
    uint16_t nr_descriptors;  /* of the queue's own */
    uint16_t next;            /* in the chain, or in the list of free ones */
};

struct chainq {
    struct virtq ring;
    struct chainq_slot *slot; /* ring.size of them */
    uint16_t free, nr_free;   /* first of the free descriptors; their number */
    bool indirect, event_index;
};

/*
 * Creates queue `index` with `size` descriptors (a power of two), or as many as the device has, if
 * that is fewer. `features`: those that were accepted. 0, −ENOMEM, −ENODEV. Between
 * virtio_negotiate() and virtio_driver_ok().
 */
int chainq_init(struct virtio_device *dev, struct chainq *q, unsigned index, unsigned size,
                uint64_t features);

/*
 * Adds a request of nr_read parts that the device reads and nr_write behind them that it writes, in
 * all 1 to q->ring.size. The device sees it at the next chainq_kick(). 0, or −EAGAIN: reap
 * first.
 */
int chainq_add(struct chainq *q, const struct virtq_part *parts, unsigned nr_read,
               unsigned nr_write, void *token);

/* Publishes what was added and notifies the device if it wants that. */
void chainq_kick(struct chainq *q);

/* Has the device finished no request that was not reaped? */
static inline bool chainq_is_empty(const struct chainq *q)
{
    return q->ring.used[1] == q->ring.last_used;
}

/* Token of the next request that the device has finished, and how many bytes it says it wrote,
 * never more than there was room for. NULL: none. */
void *chainq_reap(struct chainq *q, uint32_t *written);

/* Asks for an interrupt at the next finished request. False: there is one already. */
bool chainq_arm(struct chainq *q);

#endif
