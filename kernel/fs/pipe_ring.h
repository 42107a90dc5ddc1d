/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes of a pipe: a ring of slots, each a page with written bytes. A pipe is
 * full when all its slots are in use, as on Linux. A write of up to PIPE_BUF bytes
 * goes into one slot, a new one or the last one, as a whole or not at all: so such
 * writes are atomic.
 *
 * Locking is the caller's. Copying may be under user_nofault_begin(): a fault
 * leaves ring and cursor as they were.
 */
#ifndef FS_PIPE_RING_H
#define FS_PIPE_RING_H

#include <hermit/file.h>

#define PIPE_SLOTS 16 /* 64 KiB, as on Linux */

struct pipe_slot {
    char *page;
    unsigned start, length; /* the unread bytes */
    bool packet;            /* packet mode: a read ends with this slot and empties it */
};

struct pipe_ring {
    struct pipe_slot *slot; /* nr_slots */
    unsigned nr_slots;      /* power of two */
    unsigned head, tail;    /* slots emptied and filled so far */
    char *spare;            /* a page for the next slot; may be NULL */
};

int pipe_ring_init(struct pipe_ring *r, unsigned nr_slots); /* 0 or −ENOMEM */
void pipe_ring_free(struct pipe_ring *r);

static inline bool pipe_ring_is_empty(const struct pipe_ring *r)
{
    return r->head == r->tail;
}
static inline bool pipe_ring_is_full(const struct pipe_ring *r)
{
    return r->tail - r->head >= r->nr_slots;
}

/* True if a write of n bytes can begin. */
bool pipe_ring_takes_more(const struct pipe_ring *r, size_t n); /* though the ring is full */
static inline bool pipe_ring_takes(const struct pipe_ring *r, size_t n)
{
    return likely(!pipe_ring_is_full(r)) || pipe_ring_takes_more(r, n);
}

size_t pipe_ring_bytes(const struct pipe_ring *r);

/*
 * Reads up to the end of the ring, cursor or packet; the ring is not empty and the
 * cursor has room. Bytes; −EFAULT after a fault, with nothing read, unless
 * `partial` and slots before the fault were read.
 */
ssize_t pipe_ring_read(struct pipe_ring *r, struct io_cursor *io, bool partial);

/* Writes until the ring is full or the cursor at its end. Requires pipe_ring_takes() and a cursor
 * that is not empty. Bytes, in whole slots; −EFAULT or −ENOMEM if none were written. */
ssize_t pipe_ring_write(struct pipe_ring *r, struct io_cursor *io, bool packet);

/* 0, −EBUSY (more slots than that are in use), −ENOMEM. */
int pipe_ring_resize(struct pipe_ring *r, unsigned nr_slots);

#endif
