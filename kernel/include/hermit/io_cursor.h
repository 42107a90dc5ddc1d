/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Data of one call moves between the kernel and segments of application or kernel memory through a
 * cursor over them. A cursor belongs to its call; the copies are those of hermit/uaccess.h.
 */
#ifndef HERMIT_IO_CURSOR_H
#define HERMIT_IO_CURSOR_H

#include <hermit/types.h>
#include <hermit/uaccess.h>

struct io_segment {
    uintptr_t base; /* address of the kernel or of the application, as the cursor says */
    size_t length;
};
struct io_cursor {
    const struct io_segment *segment; /* current one */
    unsigned nr_segments;             /* left, the current one included */
    size_t skip;                      /* bytes done of the current one */
    size_t left;                      /* bytes left in all */
    bool user;                        /* segments are application addresses */
};
/* Copies min(n, left) bytes and advances. Returns the bytes copied: fewer after a fault. */
size_t io_copy_to(struct io_cursor *io, const void *src, size_t n); /* read: into the segments */
size_t io_copy_from(struct io_cursor *io, void *dst, size_t n);     /* write: out of the segments */
/* Moves on by n bytes, at most io->left, and past empty segments. */
void io_advance(struct io_cursor *io, size_t n);
/* Moves back by n bytes. */
void io_rewind(struct io_cursor *io, size_t n);
/* Makes the pages of the next n bytes present, for copies under user_nofault_begin(). 0, or
 * −EFAULT: not all can be. Sleeps: no lock held that a page fault must not wait for. */
int io_fault_in(const struct io_cursor *io, size_t n, bool write);

/* A cursor over one segment. It points to *segment, which must outlive it. */
static inline void io_cursor_init_user(struct io_cursor *io, struct io_segment *segment,
                                       const void __user *base, size_t length)
{
    *segment = (struct io_segment){user_addr(base), length};
    *io = (struct io_cursor){segment, 1, 0, length, true};
}

static inline void io_cursor_init_kernel(struct io_cursor *io, struct io_segment *segment,
                                         const void *base, size_t length)
{
    *segment = (struct io_segment){(uintptr_t)base, length};
    *io = (struct io_cursor){segment, 1, 0, length, false};
}

#endif
