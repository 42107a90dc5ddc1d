/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies the application's I/O vectors into the kernel and checks them. No locks. */
#ifndef SYSCALLS_IO_IMPORT_H
#define SYSCALLS_IO_IMPORT_H

#include <hermit/file.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

struct iovec;

struct io_import {
    struct io_cursor io;
    struct io_segment *segments;
    struct io_segment fast[8]; /* avoids an allocation for few segments */
};

/* Reads `n` iovecs at `iov`. 0, −EINVAL (n, a negative length), −EFAULT, −ENOMEM. On success the
 * caller must call io_import_free(). The total length is truncated to IO_MAX, as on Linux. */
int io_import_iovec(struct io_import *im, const struct iovec __user *iov, unsigned long n);
void io_import_free(struct io_import *im);

/* Sets up a single buffer: −EFAULT if it is not application memory. */
static inline int io_import_buffer(struct io_cursor *io, struct io_segment *segment,
                                   const void __user *buf, size_t n)
{
    if (unlikely(!user_range_ok(buf, n)))
        return -EFAULT;
    io_cursor_init_user(io, segment, buf, likely(n <= IO_MAX) ? n : IO_MAX);
    return 0;
}

#endif
