/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: event counters (eventfd(2)). Each is a channel of one file.
 *
 * Lock: the channel's lock protects the count; it is not held while application
 * memory is accessed.
 */
#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/eventfd.h>
#include <hermit/kmalloc.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "file_internal.h"

#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
    struct channel channel;
    uint64_t count; /* at most COUNT_MAX */
    bool semaphore; /* constant */
    struct wait_queue can_read, can_write;
};

static bool nonblocking(const struct file *f)
{
    return load_relaxed(&f->flags) & O_NONBLOCK;
}

static ssize_t eventfd_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct eventfd *e = f->private;
    uint64_t n = 0;
    (void)pos;
    if (io->left < sizeof(n))
        return -EINVAL;
    mutex_lock(&e->channel.lock);
    int err = channel_wait(&e->channel, &e->can_read, e->count > 0, nonblocking(f));
    if (err == 0) {
        n = e->semaphore ? 1 : e->count;
        e->count -= n;
    }
    mutex_unlock(&e->channel.lock);
    if (err != 0)
        return err;
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
    if (n > COUNT_MAX)
        return -EINVAL;
    mutex_lock(&e->channel.lock);
    int err = channel_wait(&e->channel, &e->can_write, n <= COUNT_MAX - e->count, nonblocking(f));
    if (err == 0)
        e->count += n;
    mutex_unlock(&e->channel.lock);
    if (err != 0)
        return err;
    wake_all(&e->can_read);
    return sizeof(n);
}

/* Without POLLRDNORM and POLLWRNORM, as on Linux. */
static unsigned eventfd_poll(struct file *f, struct poll_table *pt)
{
    struct eventfd *e = f->private;
    poll_wait(pt, &e->can_read, POLLIN);
    poll_wait(pt, &e->can_write, POLLOUT);
    mutex_lock(&e->channel.lock);
    uint64_t count = e->count;
    mutex_unlock(&e->channel.lock);
    return (count > 0 ? POLLIN : 0) | (count < COUNT_MAX ? POLLOUT : 0);
}

static void eventfd_free(struct channel *c)
{
    kfree(container_of(c, struct eventfd, channel));
}

static void eventfd_release(struct file *f)
{
    struct eventfd *e = f->private;
    channel_put(&e->channel);
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
    channel_init(&e->channel, "eventfd", eventfd_free);
    wait_queue_init(&e->can_read);
    wait_queue_init(&e->can_write);
    e->count = count;
    e->semaphore = semaphore;
    f->private = e;
    *file = f;
    return 0;
}
