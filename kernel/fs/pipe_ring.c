/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the slots of a pipe. Locking is the caller's. */
#include "pipe_ring.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>

int pipe_ring_init(struct pipe_ring *r, unsigned nr_slots)
{
    *r = (struct pipe_ring){.slot = kmalloc(nr_slots * sizeof(*r->slot)), .nr_slots = nr_slots};
    return r->slot == NULL ? -ENOMEM : 0;
}

static struct pipe_slot *slot_at(const struct pipe_ring *r, unsigned n)
{
    return &r->slot[n & (r->nr_slots - 1)];
}

void pipe_ring_free(struct pipe_ring *r)
{
    for (; r->head != r->tail; r->head++)
        kfree(slot_at(r, r->head)->page);
    kfree(r->spare);
    kfree(r->slot);
}

size_t pipe_ring_bytes(const struct pipe_ring *r)
{
    size_t bytes = 0;
    for (unsigned n = r->head; n != r->tail; n++)
        bytes += slot_at(r, n)->length;
    return bytes;
}

static void drop_first(struct pipe_ring *r)
{
    char *page = slot_at(r, r->head++)->page;
    if (r->spare == NULL)
        r->spare = page;
    else
        kfree(page);
}

ssize_t pipe_ring_read(struct pipe_ring *r, struct io_cursor *io, bool partial)
{
    size_t done = 0;
    unsigned at = r->head; /* slots before it are read, and dropped unless the read fails */
    struct pipe_slot *s;
    do {
        s = slot_at(r, at);
        unsigned n = (unsigned)MIN(s->length, io->left);
        size_t copied = io_copy_to(io, s->page + s->start, n);
        if (unlikely(copied < n)) {
            io_rewind(io, partial ? copied : done + copied);
            if (partial && done > 0)
                break;
            return -EFAULT;
        }
        done += n;
        if (n < s->length && !s->packet) { /* the last slot: no fault can follow */
            s->start += n;
            s->length -= n;
            break;
        }
        at++;
    } while (io->left > 0 && at != r->tail && !s->packet);
    while (r->head != at)
        drop_first(r);
    return (ssize_t)done;
}

/* Bytes of a write of n bytes that may go into the last slot: the remainder after whole pages. */
static size_t odd_part(size_t n)
{
    return n % PAGE_SIZE;
}

/* The last slot, if the odd part of a write of n bytes fits there; NULL: it does not. */
static struct pipe_slot *room_in_last(const struct pipe_ring *r, size_t n)
{
    struct pipe_slot *last = slot_at(r, r->tail - 1);
    if (pipe_ring_is_empty(r) || odd_part(n) == 0 || last->packet ||
        last->start + last->length + odd_part(n) > PAGE_SIZE)
        return NULL;
    return last;
}

bool pipe_ring_takes_more(const struct pipe_ring *r, size_t n)
{
    return room_in_last(r, n) != NULL;
}

/* Copies exactly n bytes to `to`, or none: −EFAULT. */
static int copy_in(struct io_cursor *io, char *to, size_t n)
{
    size_t copied = io_copy_from(io, to, n);
    if (likely(copied == n))
        return 0;
    io_rewind(io, copied);
    return -EFAULT;
}

/* Fills the next slot. Bytes, −EFAULT, −ENOMEM. The ring is not full. */
static ssize_t fill_slot(struct pipe_ring *r, struct io_cursor *io, bool packet)
{
    size_t n = MIN(io->left, (size_t)PAGE_SIZE);
    if (r->spare == NULL)
        r->spare = kmalloc(PAGE_SIZE);
    if (r->spare == NULL)
        return -ENOMEM;
    if (copy_in(io, r->spare, n) != 0)
        return -EFAULT;
    *slot_at(r, r->tail++) =
        (struct pipe_slot){.page = r->spare, .length = (unsigned)n, .packet = packet};
    r->spare = NULL;
    return (ssize_t)n;
}

static ssize_t join_last(struct pipe_slot *last, struct io_cursor *io)
{
    size_t n = odd_part(io->left);
    if (copy_in(io, last->page + last->start + last->length, n) != 0)
        return -EFAULT;
    last->length += (unsigned)n;
    return (ssize_t)n;
}

ssize_t pipe_ring_write(struct pipe_ring *r, struct io_cursor *io, bool packet)
{
    struct pipe_slot *last = room_in_last(r, io->left);
    ssize_t done = 0;
    if (last != NULL) {
        done = join_last(last, io);
        if (done < 0 || io->left == 0 || pipe_ring_is_full(r))
            return done;
    }
    do {
        ssize_t n = fill_slot(r, io, packet);
        if (n < 0)
            return done > 0 ? done : n;
        done += n;
    } while (io->left > 0 && !pipe_ring_is_full(r));
    return done;
}

int pipe_ring_resize(struct pipe_ring *r, unsigned nr_slots)
{
    struct pipe_ring new;
    if (r->tail - r->head > nr_slots)
        return -EBUSY;
    if (pipe_ring_init(&new, nr_slots) != 0)
        return -ENOMEM;
    for (unsigned n = r->head; n != r->tail; n++)
        new.slot[new.tail++] = *slot_at(r, n);
    new.spare = r->spare;
    kfree(r->slot);
    *r = new;
    return 0;
}
