/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: copying the application's I/O vectors into the kernel. No locks. */
#include "io_import.h"

#include <hermit/kmalloc.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/uio.h>

_Static_assert(sizeof(struct io_segment) == sizeof(struct iovec), "segments are read as iovecs");

/* Checks the segments' ranges and truncates their total length to IO_MAX. */
static int check_segments(struct io_segment *seg, unsigned n, size_t *total)
{
    size_t sum = 0;
    for (unsigned i = 0; i < n; i++)
        if ((ssize_t)seg[i].length < 0)
            return -EINVAL;
    for (unsigned i = 0; i < n; i++) {
        if (!user_range_ok(user_ptr(seg[i].base), seg[i].length))
            return -EFAULT;
        seg[i].length = MIN(seg[i].length, IO_MAX - sum);
        sum += seg[i].length;
    }
    *total = sum;
    return 0;
}

int io_import_iovec(struct io_import *im, const struct iovec __user *iov, unsigned long n)
{
    size_t total = 0;
    if (n > UIO_MAXIOV)
        return -EINVAL;
    im->segments = im->fast;
    if (n > ARRAY_SIZE(im->fast))
        im->segments = kmalloc_for(n * sizeof(*im->segments), FRAME_FAULT);
    if (im->segments == NULL)
        return -ENOMEM;
    int err = copy_from_user(im->segments, iov, n * sizeof(*im->segments));
    if (err == 0)
        err = check_segments(im->segments, (unsigned)n, &total);
    if (err != 0)
        io_import_free(im);
    im->io = (struct io_cursor){im->segments, (unsigned)n, 0, total, true};
    return err;
}

void io_import_free(struct io_import *im)
{
    if (im->segments != im->fast)
        kfree(im->segments);
}
