/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: event counters. The lock (sleeping) protects the count; it is not held
 * while application memory is touched.
 */
#include <hermit/eventfd.h>
#include <hermit/kmalloc.h>
#include <hermit/signal.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "file_internal.h"

struct eventfd {
    struct mutex lock;
    _Atomic uint64_t count; /* at most UINT64_MAX − 1 */
    bool semaphore;
    struct wait_queue can_read, can_write;
};

/* Takes what a read gets, 0: nothing there. */
static uint64_t take(struct eventfd *e)
{
    mutex_lock(&e->lock);
    uint64_t n = e->count;
    if (e->semaphore)
        n = MIN(n, 1UL);
    e->count -= n;
    mutex_unlock(&e->lock);
    return n;
}

static bool add(struct eventfd *e, uint64_t n)
{
    mutex_lock(&e->lock);
    bool fits = n <= UINT64_MAX - 1 - e->count;
    if (fits)
        e->count += n;
    mutex_unlock(&e->lock);
    return fits;
}

static ssize_t eventfd_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct eventfd *e = f->private;
    uint64_t n;
    (void)pos;
    if (io->left < sizeof(n))
        return -EINVAL;
    while ((n = take(e)) == 0) {
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if (wait_event(&e->can_read, e->count > 0, WAIT_INTERRUPTIBLE, TIME_FOREVER) != 0)
            return -ERESTARTSYS;
    }
    wake_all(&e->can_write);
    return io_copy_to(io, &n, sizeof(n)) == sizeof(n) ? (ssize_t)sizeof(n) : -EFAULT;
}

static ssize_t eventfd_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct eventfd *e = f->private;
    uint64_t n;
    (void)pos;
    if (io->left < sizeof(n))
        return -EINVAL;
    if (io_copy_from(io, &n, sizeof(n)) != sizeof(n))
        return -EFAULT;
    if (n == UINT64_MAX)
        return -EINVAL;
    while (!add(e, n)) {
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        if (wait_event(&e->can_write, n <= UINT64_MAX - 1 - e->count, WAIT_INTERRUPTIBLE,
                       TIME_FOREVER) != 0)
            return -ERESTARTSYS;
    }
    wake_all(&e->can_read);
    return sizeof(n);
}

static unsigned eventfd_poll(struct file *f, struct poll_table *pt)
{
    struct eventfd *e = f->private;
    poll_wait(pt, &e->can_read);
    poll_wait(pt, &e->can_write);
    uint64_t count = e->count;
    return (count > 0 ? POLLIN | POLLRDNORM : 0) |
           (count < UINT64_MAX - 1 ? POLLOUT | POLLWRNORM : 0);
}

static void eventfd_release(struct file *f)
{
    kfree(f->private);
}

static const struct file_ops eventfd_ops = {
    .read = eventfd_read,
    .write = eventfd_write,
    .poll = eventfd_poll,
    .stat = file_stat_anonymous,
    .name = "[eventfd]",
    .release = eventfd_release,
};

int eventfd_create(uint64_t count, bool semaphore, unsigned flags, struct file **file)
{
    struct eventfd *e = kzalloc(sizeof(*e));
    struct file *f = e == NULL ? NULL : file_alloc(&eventfd_ops, O_RDWR | flags);
    if (f == NULL) {
        kfree(e);
        return -ENOMEM;
    }
    mutex_init(&e->lock, "eventfd");
    wait_queue_init(&e->can_read);
    wait_queue_init(&e->can_write);
    e->count = count;
    e->semaphore = semaphore;
    f->private = e;
    *file = f;
    return 0;
}
