/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: opening and closing FIFOs, whose pipe exists while they are open.
 *
 * Lock: fifo_lock (spin) protects inode->pipe and pipe->files. Users of inode->pipe
 * take a reference before they unlock.
 */
#include <hermit/chaos.h>
#include <hermit/locks.h>
#include <hermit/vfs.h>

#include "pipe_internal.h"
#include "vfs_internal.h"

static struct spinlock fifo_lock = SPINLOCK_INIT("fifo");

/* The FIFO's pipe, with a reference and one more file; installs `fresh` if there is none. */
static struct pipe *attach(struct inode *inode, struct pipe *fresh)
{
    unsigned long irq = spin_lock(&fifo_lock);
    if (inode->pipe == NULL)
        inode->pipe = fresh;
    struct pipe *p = inode->pipe;
    if (p != NULL) {
        p->files++;
        channel_get(&p->channel);
    }
    spin_unlock(&fifo_lock, irq);
    return p;
}

static struct pipe *attach_or_make(struct inode *inode)
{
    struct pipe *p = attach(inode, NULL);
    if (p != NULL)
        return p;
    struct pipe *fresh = pipe_alloc();
    if (fresh == NULL)
        return NULL;
    p = attach(inode, fresh);
    channel_put(&fresh->channel);
    return p;
}

/* Drops one file; with the last one the pipe's contents are lost. Keeps the reference. */
static void detach(struct inode *inode, struct pipe *p)
{
    unsigned long irq = spin_lock(&fifo_lock);
    if (--p->files == 0)
        inode->pipe = NULL;
    spin_unlock(&fifo_lock, irq);
}

/*
 * Joins and waits until the other side has been opened. Does not check that it is
 * still open: it may have been closed before this task runs. Locked.
 */
static int join(struct file *f, struct pipe *p)
{
    enum pipe_side other = pipe_reads(f) ? WRITERS : READERS;
    unsigned before = p->opened[other];
    pipe_join(p, f);
    if (p->open[other] > 0) /* also if this file is both sides */
        return 0;
    if (load_relaxed(&f->flags) & O_NONBLOCK) {
        f->pos = p->opened[WRITERS]; /* see reader_events() */
        return 0;
    }
    return channel_wait(&p->channel, &p->joined, p->opened[other] != before, false);
}

static void fifo_release(struct file *f)
{
    struct pipe *p = f->private;
    detach(f->inode, p);
    pipe_leave(p, f);
    vfs_file_release(f);
}

const struct file_ops fifo_file_ops = {
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .release = fifo_release,
    .flush = locks_flush,
};

int fifo_open(struct file *f)
{
    if ((load_relaxed(&f->flags) & O_ACCMODE) == O_ACCMODE)
        return -EINVAL;
    struct pipe *p = attach_or_make(f->inode);
    if (p == NULL)
        return -ENOMEM;
    f->private = p;
    chaos_point("fifo_open");
    mutex_lock(&p->channel.lock);
    bool refused = !pipe_reads(f) && load_relaxed(&f->flags) & O_NONBLOCK && p->open[READERS] == 0;
    int err = refused ? -ENXIO : join(f, p);
    mutex_unlock(&p->channel.lock);
    if (err == 0) {
        f->ops = &fifo_file_ops;
        return 0;
    }
    detach(f->inode, p);
    if (refused)
        channel_put(&p->channel);
    else
        pipe_leave(p, f);
    return err;
}
