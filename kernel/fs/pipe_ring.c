/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the ring of bytes in a pipe. Locking is the caller's. */
#include "pipe_ring.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>

int pipe_ring_init(struct pipe_ring *r, unsigned nr_pages)
{
    *r = (struct pipe_ring){.page = kzalloc(nr_pages * sizeof(char *)), .nr_pages = nr_pages};
    return r->page == NULL ? -ENOMEM : 0;
}

void pipe_ring_free(struct pipe_ring *r)
{
    for (unsigned i = 0; i < r->nr_pages; i++)
        kfree(r->page[i]);
    kfree(r->page);
}

static char **page_at(struct pipe_ring *r, uint64_t pos)
{
    return &r->page[pos / PAGE_SIZE % r->nr_pages];
}

ssize_t pipe_ring_read(struct pipe_ring *r, struct io_cursor *io)
{
    size_t done = 0;
    while (io->left > 0 && r->head != r->tail) {
        char **page = page_at(r, r->head);
        size_t off = r->head % PAGE_SIZE;
        size_t n = MIN(MIN(io->left, PAGE_SIZE - off), pipe_ring_used(r));
        size_t copied = io_copy_to(io, *page + off, n);
        r->head += copied;
        done += copied;
        if (copied < n)
            return done > 0 ? (ssize_t)done : -EFAULT;
        /* A full ring's last bytes may lie in the front of the page that was just finished. */
        if (r->head % PAGE_SIZE == 0 && pipe_ring_used(r) <= (r->nr_pages - 1) * PAGE_SIZE) {
            kfree(*page);
            *page = NULL;
        }
    }
    if (r->head == r->tail) {
        /* An empty ring starts a page anew, and keeps that page. */
        r->head = r->tail = ALIGN_DOWN(r->head, PAGE_SIZE);
    }
    return (ssize_t)done;
}

ssize_t pipe_ring_write(struct pipe_ring *r, struct io_cursor *io)
{
    size_t done = 0;
    while (io->left > 0 && pipe_ring_room(r) > 0) {
        char **page = page_at(r, r->tail);
        size_t off = r->tail % PAGE_SIZE;
        size_t n = MIN(MIN(io->left, PAGE_SIZE - off), pipe_ring_room(r));
        if (*page == NULL)
            *page = kmalloc(PAGE_SIZE);
        if (*page == NULL)
            return done > 0 ? (ssize_t)done : -ENOMEM;
        size_t copied = io_copy_from(io, *page + off, n);
        r->tail += copied;
        done += copied;
        if (copied < n)
            return done > 0 ? (ssize_t)done : -EFAULT;
    }
    return (ssize_t)done;
}

int pipe_ring_resize(struct pipe_ring *r, unsigned nr_pages)
{
    struct pipe_ring new;
    if (pipe_ring_used(r) > nr_pages * PAGE_SIZE)
        return -EBUSY;
    if (pipe_ring_init(&new, nr_pages) != 0)
        return -ENOMEM;
    for (uint64_t pos = r->head; pos < r->tail;) {
        struct io_segment segment;
        struct io_cursor io;
        size_t n = MIN(PAGE_SIZE - pos % PAGE_SIZE, r->tail - pos);
        io_cursor_init(&io, &segment, *page_at(r, pos) + pos % PAGE_SIZE, n, false);
        if (pipe_ring_write(&new, &io) != (ssize_t)n) {
            pipe_ring_free(&new);
            return -ENOMEM;
        }
        pos += n;
    }
    pipe_ring_free(r);
    *r = new;
    return 0;
}
