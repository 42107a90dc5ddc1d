/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes of a pipe: a ring of slots, each a page that holds one piece of what
 * was written. A pipe is full when all its slots are taken, as on Linux. A write
 * of up to PIPE_BUF bytes takes one slot or the rest of the last one, and a slot is
 * filled and read out as a whole or not at all: so such writes are atomic.
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
    unsigned start, length; /* where the bytes are that were not read yet */
    bool packet;            /* of a pipe in packet mode: a read ends here and takes all of it */
};

struct pipe_ring {
    struct pipe_slot *slot; /* nr_slots */
    unsigned nr_slots;      /* power of two */
    unsigned head, tail;    /* slots ever emptied, ever filled */
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
 * Reads what is there, up to the end of a packet; the ring is not empty and the
 * cursor has room. Bytes; after a fault −EFAULT and nothing is read, but with
 * `partial` the slots before it are.
 */
ssize_t pipe_ring_read(struct pipe_ring *r, struct io_cursor *io, bool partial);

/* Writes until the ring is full or the cursor, which has bytes, is through; the ring takes them
 * (pipe_ring_takes()). Bytes of whole slots; −EFAULT or −ENOMEM when there were none. */
ssize_t pipe_ring_write(struct pipe_ring *r, struct io_cursor *io, bool packet);

/* 0, −EBUSY (more slots are taken), −ENOMEM. */
int pipe_ring_resize(struct pipe_ring *r, unsigned nr_slots);

#endif
