/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: descriptors of queues with chained requests. What the device writes (the used ring, the
 * event index) is never taken as an address, and an index out of it is checked.
 */
#include "chain_queue.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>

#include <arch/layout.h>
#include <stdatomic.h>

#define DESC_NEXT     1
#define DESC_WRITE    2
#define DESC_INDIRECT 4

#define USED_NO_NOTIFY 1

#define DIRECT_MAX                                                                                 \
    4 /* parts of a request up to which a table of its own costs more than it saves */

int chainq_init(struct virtio_device *dev, struct chainq *q, unsigned index, unsigned size,
                uint64_t features)
{
    size = MIN(size, dev->transport->queue_max(dev, index));
    if (size == 0)
        return -ENODEV;
    struct chainq_slot *slot = kzalloc(size * sizeof(*slot));
    if (slot == NULL)
        return -ENOMEM;
    *q = (struct chainq){
        .slot = slot,
        .nr_free = (uint16_t)size,
        .indirect = features & CHAINQ_INDIRECT,
        .event_index = features & CHAINQ_EVENT_INDEX,
    };
    for (unsigned i = 0; i < size; i++)
        slot[i].next = (uint16_t)(i + 1);
    int err = virtq_init(dev, &q->ring, index, size);
    if (err != 0)
        kfree(slot);
    return err;
}

static struct virtq_desc describe(const struct virtq_part *part, bool device_writes, uint16_t next,
                                  bool last)
{
    unsigned flags = (device_writes ? DESC_WRITE : 0) | (last ? 0 : DESC_NEXT);
    return (struct virtq_desc){part->address, part->length, (uint16_t)flags, last ? 0 : next};
}

/* Takes one free descriptor for the whole request, whose parts are described in a table. */
static void add_indirect(struct chainq *q, const struct virtq_part *parts, unsigned nr_read,
                         unsigned nr, struct virtq_desc *table)
{
    for (unsigned i = 0; i < nr; i++)
        table[i] = describe(&parts[i], i >= nr_read, (uint16_t)(i + 1), i + 1 == nr);
    struct chainq_slot *slot = &q->slot[q->free];
    q->ring.desc[q->free] =
        (struct virtq_desc){virt_to_phys(table), (uint32_t)(nr * sizeof(*table)), DESC_INDIRECT, 0};
    slot->table = table;
    slot->nr_descriptors = 1;
    q->free = slot->next;
    q->nr_free--;
}

/* Takes a free descriptor for each part; the list of the free ones already is the chain. */
static void add_direct(struct chainq *q, const struct virtq_part *parts, unsigned nr_read,
                       unsigned nr)
{
    q->slot[q->free].table = NULL;
    q->slot[q->free].nr_descriptors = (uint16_t)nr;
    for (unsigned i = 0; i < nr; i++) {
        uint16_t next = q->slot[q->free].next;
        q->ring.desc[q->free] = describe(&parts[i], i >= nr_read, next, i + 1 == nr);
        q->free = next;
    }
    q->nr_free = (uint16_t)(q->nr_free - nr);
}

int chainq_add(struct chainq *q, const struct virtq_part *parts, unsigned nr_read,
               unsigned nr_write, void *token)
{
    unsigned nr = nr_read + nr_write;
    struct virtq_desc *table = NULL;
    if (q->nr_free == 0)
        return -EAGAIN;
    if (q->indirect && nr > DIRECT_MAX)
        table = kmalloc_for(nr * sizeof(*table), FRAME_FAULT);
    if (table == NULL && q->nr_free < nr)
        return -EAGAIN;

    uint16_t head = q->free;
    struct chainq_slot *slot = &q->slot[head];
    if (table != NULL)
        add_indirect(q, parts, nr_read, nr, table);
    else
        add_direct(q, parts, nr_read, nr);
    slot->token = token;
    slot->room = 0;
    for (unsigned i = nr_read; i < nr; i++)
        slot->room += parts[i].length;
    q->ring.avail[2 + (q->ring.next_avail & (q->ring.size - 1))] = head;
    q->ring.next_avail++;
    return 0;
}

/* The index at which the device wants to be notified stands behind the used ring (2.7.10). */
static uint16_t notify_event(const struct virtq *ring)
{
    return ring->used[2 + ring->size * (sizeof(struct virtq_used_elem) / sizeof(uint16_t))];
}

static bool wants_notification(const struct chainq *q, uint16_t before)
{
    if (!q->event_index)
        return !(q->ring.used[0] & USED_NO_NOTIFY);
    /* Whether the event lies among the new entries, [before, next_avail), modulo 2^16. */
    return (uint16_t)(notify_event(&q->ring) - before) < (uint16_t)(q->ring.next_avail - before);
}

void chainq_kick(struct chainq *q)
{
    uint16_t before = q->ring.avail[1];
    if (before == q->ring.next_avail)
        return;
    virtq_publish(&q->ring);
    atomic_thread_fence(memory_order_seq_cst); /* index before event; reverse order in the device */
    if (wants_notification(q, before))
        virtq_notify(&q->ring);
}

/* Gives the descriptors of a finished request back. */
static void release(struct chainq *q, uint16_t head)
{
    struct chainq_slot *slot = &q->slot[head];
    uint16_t last = head;
    for (unsigned i = 1; i < slot->nr_descriptors; i++)
        last = q->slot[last].next;
    q->slot[last].next = q->free;
    q->free = head;
    q->nr_free = (uint16_t)(q->nr_free + slot->nr_descriptors);
    if (slot->table != NULL)
        kfree(slot->table);
    slot->token = NULL;
    slot->table = NULL;
}

void *chainq_reap(struct chainq *q, uint32_t *written)
{
    while (!chainq_is_empty(q)) {
        uint16_t head = (uint16_t)virtq_reap(&q->ring, written);
        void *token = q->slot[head].token;
        if (token == NULL)
            continue; /* the device made this up: nothing of ours starts there */
        *written = MIN(*written, q->slot[head].room);
        release(q, head);
        return token;
    }
    return NULL;
}

bool chainq_arm(struct chainq *q)
{
    /* The event of the driver stands behind the available ring (2.7.7). Without event indices
     * interrupts are on all the time. */
    if (q->event_index)
        q->ring.avail[2 + q->ring.size] = q->ring.last_used;
    atomic_thread_fence(memory_order_seq_cst); /* event before index; reverse order in the device */
    return chainq_is_empty(q);
}
