/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bytes of a pipe: a ring of pages that exist only while they hold bytes.
 * Locking is the caller's.
 */
#ifndef FS_PIPE_RING_H
#define FS_PIPE_RING_H

#include <hermit/file.h>

#define PIPE_PAGES     16  /* 64 KiB, as on Linux */
#define PIPE_MAX_PAGES 256 /* 1 MiB, fs.pipe-max-size */

struct pipe_ring {
    char **page;       /* nr_pages; NULL where there are no bytes */
    unsigned nr_pages; /* power of two */
    uint64_t head;     /* bytes ever read */
    uint64_t tail;     /* bytes ever written */
};

int pipe_ring_init(struct pipe_ring *r, unsigned nr_pages); /* 0 or −ENOMEM */
void pipe_ring_free(struct pipe_ring *r);

static inline size_t pipe_ring_used(const struct pipe_ring *r)
{
    return r->tail - r->head;
}
static inline size_t pipe_ring_room(const struct pipe_ring *r)
{
    return r->nr_pages * PAGE_SIZE - pipe_ring_used(r);
}

/* Move what is possible. Bytes; −EFAULT or −ENOMEM if there were none. */
ssize_t pipe_ring_read(struct pipe_ring *r, struct io_cursor *io);
ssize_t pipe_ring_write(struct pipe_ring *r, struct io_cursor *io);

/* 0, −EBUSY (holds more bytes), −ENOMEM. */
int pipe_ring_resize(struct pipe_ring *r, unsigned nr_pages);

#endif
