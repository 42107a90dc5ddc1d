/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: pipes and FIFOs. Writes of up to PIPE_BUF bytes are atomic: they wait
 * until all of it fits.
 *
 * Lock: pipe->lock (sleeping) protects the ring and the counts; application memory
 * is touched under it. fifo_lock protects inode->pipe.
 */
#include <asm/ioctls.h>
#include <hermit/chaos.h>
#include <hermit/kmalloc.h>
#include <hermit/pipe.h>
#include <hermit/signal.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/poll.h>
#include <linux/stat.h>

#include "pipe_ring.h"
#include "sigpipe.h"
#include "vfs_internal.h"

struct pipe {
    struct mutex lock;
    struct pipe_ring ring;
    unsigned readers, writers; /* open files */
    unsigned opened[2];        /* FIFO: how often it was opened for reading, for writing */
    unsigned files;            /* references; a FIFO's pipe dies with its last file */
    struct wait_queue can_read, can_write, opened_queue;
    uint64_t ino, created, modified, accessed;
};

static struct mutex fifo_lock = MUTEX_INIT(fifo_lock);

static bool reads(const struct file *f)
{
    return (f->flags & O_ACCMODE) != O_WRONLY;
}

static bool writes(const struct file *f)
{
    return (f->flags & O_ACCMODE) != O_RDONLY;
}

/* Sleeps outside the lock until the condition may hold. 0 or −ERESTARTSYS. */
#define PIPE_SLEEP(p, queue, cond)                                                                 \
    __extension__({                                                                                \
        mutex_unlock(&(p)->lock);                                                                  \
        int err_ = wait_event(&(p)->queue, cond, WAIT_INTERRUPTIBLE, TIME_FOREVER);                \
        mutex_lock(&(p)->lock);                                                                    \
        err_ == 0 ? 0 : -ERESTARTSYS;                                                              \
    })

static bool readable(struct pipe *p)
{
    return pipe_ring_used(&p->ring) > 0 || p->writers == 0;
}

static bool writable(struct pipe *p, size_t need)
{
    return pipe_ring_room(&p->ring) >= need || p->readers == 0;
}

static ssize_t pipe_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct pipe *p = f->private;
    ssize_t n = 0;
    (void)pos;
    if (io->left == 0)
        return 0;
    mutex_lock(&p->lock);
    while (n == 0 && pipe_ring_used(&p->ring) == 0 && p->writers > 0) {
        if (f->flags & O_NONBLOCK)
            n = -EAGAIN;
        else
            n = PIPE_SLEEP(p, can_read, readable(p));
    }
    if (n == 0)
        n = pipe_ring_read(&p->ring, io);
    p->accessed = clock_realtime();
    mutex_unlock(&p->lock);
    if (n > 0)
        wake_all(&p->can_write);
    return n;
}

/* Waits for room; −EPIPE without readers. Locked. */
static int wait_for_room(struct file *f, struct pipe *p, size_t need)
{
    for (;;) {
        if (p->readers == 0)
            return -EPIPE;
        if (pipe_ring_room(&p->ring) >= need)
            return 0;
        if (f->flags & O_NONBLOCK)
            return -EAGAIN;
        int err = PIPE_SLEEP(p, can_write, writable(p, need));
        if (err != 0)
            return err;
    }
}

static ssize_t pipe_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct pipe *p = f->private;
    size_t need = io->left <= PIPE_BUF ? io->left : 1;
    ssize_t done = 0, n = 0;
    (void)pos;
    if (io->left == 0)
        return 0;
    mutex_lock(&p->lock);
    while (io->left > 0) {
        n = wait_for_room(f, p, need);
        if (n == 0)
            n = pipe_ring_write(&p->ring, io);
        if (n < 0)
            break;
        done += n;
        need = 1;
        wake_all(&p->can_read);
    }
    p->modified = clock_realtime();
    mutex_unlock(&p->lock);
    if (n == -EPIPE)
        sigpipe_raise();
    return done > 0 ? done : n;
}

static unsigned pipe_poll(struct file *f, struct poll_table *pt)
{
    struct pipe *p = f->private;
    unsigned ready = 0;
    if (reads(f)) {
        poll_wait(pt, &p->can_read);
        if (pipe_ring_used(&p->ring) > 0)
            ready |= POLLIN | POLLRDNORM;
        if (p->writers == 0)
            ready |= POLLHUP;
    }
    if (writes(f)) {
        poll_wait(pt, &p->can_write);
        if (pipe_ring_room(&p->ring) >= PIPE_BUF)
            ready |= POLLOUT | POLLWRNORM;
        if (p->readers == 0)
            ready |= POLLERR;
    }
    return ready;
}

static long pipe_ioctl(struct file *f, unsigned cmd, unsigned long arg)
{
    struct pipe *p = f->private;
    if (cmd != FIONREAD)
        return -ENOTTY;
    return put_user_u32((uint32_t *)arg, (uint32_t)pipe_ring_used(&p->ring));
}

static struct statx_timestamp timestamp(uint64_t ns)
{
    return (struct statx_timestamp){.tv_sec = (int64_t)(ns / NSEC_PER_SEC),
                                    .tv_nsec = (uint32_t)(ns % NSEC_PER_SEC)};
}

static int pipe_stat(struct file *f, struct statx *st)
{
    struct pipe *p = f->private;
    if (f->inode != NULL) {
        inode_stat(f->inode, st);
        return 0;
    }
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS;
    st->stx_mode = S_IFIFO | 0600;
    st->stx_nlink = 1;
    st->stx_blksize = PAGE_SIZE;
    st->stx_ino = p->ino;
    st->stx_dev_minor = 14;
    st->stx_atime = timestamp(p->accessed);
    st->stx_mtime = timestamp(p->modified);
    st->stx_ctime = timestamp(p->created);
    return 0;
}

static void pipe_free(struct pipe *p)
{
    pipe_ring_free(&p->ring);
    kfree(p);
}

/* One file fewer. True: it was the last one. */
static bool pipe_leave(struct pipe *p, struct file *f)
{
    mutex_lock(&p->lock);
    p->readers -= reads(f);
    p->writers -= writes(f);
    bool last = --p->files == 0;
    mutex_unlock(&p->lock);
    chaos_point("pipe_left");
    wake_all(&p->can_read);
    wake_all(&p->can_write);
    return last;
}

static void pipe_release(struct file *f)
{
    if (pipe_leave(f->private, f))
        pipe_free(f->private);
}

static void fifo_release(struct file *f)
{
    struct pipe *p = f->private;
    mutex_lock(&fifo_lock);
    bool last = pipe_leave(p, f);
    if (last)
        f->inode->pipe = NULL;
    mutex_unlock(&fifo_lock);
    if (last)
        pipe_free(p);
    vfs_file_release(f);
}

#define PIPE_OPS(release_fn)                                                                       \
    {                                                                                              \
        .read = pipe_read,                                                                         \
        .write = pipe_write,                                                                       \
        .poll = pipe_poll,                                                                         \
        .ioctl = pipe_ioctl,                                                                       \
        .stat = pipe_stat,                                                                         \
        .release = release_fn,                                                                     \
    }
static const struct file_ops pipe_file_ops = PIPE_OPS(pipe_release);
static const struct file_ops fifo_file_ops = PIPE_OPS(fifo_release);

static struct pipe *pipe_alloc(void)
{
    static _Atomic uint64_t last_ino;
    struct pipe *p = kzalloc(sizeof(*p));
    if (p == NULL || pipe_ring_init(&p->ring, PIPE_PAGES) != 0) {
        kfree(p);
        return NULL;
    }
    mutex_init(&p->lock, "pipe.lock");
    wait_queue_init(&p->can_read);
    wait_queue_init(&p->can_write);
    wait_queue_init(&p->opened_queue);
    p->ino = ++last_ino;
    p->created = p->modified = p->accessed = clock_realtime();
    return p;
}

int pipe_create(unsigned flags, struct file *end[2])
{
    struct pipe *p = pipe_alloc();
    if (p == NULL)
        return -ENOMEM;
    end[0] = file_alloc(&pipe_file_ops, flags | O_RDONLY);
    end[1] = end[0] == NULL ? NULL : file_alloc(&pipe_file_ops, flags | O_WRONLY);
    p->readers = p->writers = 1;
    p->files = 2;
    if (end[1] == NULL) {
        p->files = 1;
        if (end[0] == NULL) {
            pipe_free(p);
        } else {
            end[0]->private = p;
            file_put(end[0]);
        }
        return -ENOMEM;
    }
    end[0]->private = end[1]->private = p;
    return 0;
}

/* The pipe of a FIFO, with one more file. */
static struct pipe *fifo_join(struct file *f)
{
    mutex_lock(&fifo_lock);
    struct pipe *p = f->inode->pipe;
    if (p == NULL)
        p = f->inode->pipe = pipe_alloc();
    if (p != NULL) {
        mutex_lock(&p->lock);
        p->files++;
        p->readers += reads(f);
        p->writers += writes(f);
        p->opened[0] += reads(f);
        p->opened[1] += writes(f);
        mutex_unlock(&p->lock);
    }
    mutex_unlock(&fifo_lock);
    return p;
}

/* Waits until the other end has been opened since `before`. */
static int fifo_wait(struct file *f, struct pipe *p)
{
    unsigned other = reads(f) ? 1 : 0; /* whom to wait for */
    unsigned before = p->opened[other];
    bool there = other ? p->writers > 0 : p->readers > 0;
    if (there || (reads(f) && writes(f)))
        return 0;
    if (f->flags & O_NONBLOCK)
        return reads(f) ? 0 : -ENXIO;
    int err = wait_event(&p->opened_queue, *(volatile unsigned *)&p->opened[other] != before,
                         WAIT_INTERRUPTIBLE, TIME_FOREVER);
    return err == 0 ? 0 : -ERESTARTSYS;
}

int fifo_open(struct file *f)
{
    struct pipe *p = fifo_join(f);
    if (p == NULL)
        return -ENOMEM;
    f->private = p;
    wake_all(&p->opened_queue);
    int err = fifo_wait(f, p);
    if (err == 0) {
        f->ops = &fifo_file_ops;
        return 0;
    }
    mutex_lock(&fifo_lock);
    bool last = pipe_leave(p, f);
    if (last)
        f->inode->pipe = NULL;
    mutex_unlock(&fifo_lock);
    if (last)
        pipe_free(p);
    return err;
}

static struct pipe *pipe_of(struct file *f)
{
    return f->ops == &pipe_file_ops || f->ops == &fifo_file_ops ? f->private : NULL;
}

int pipe_reopen(struct file *f, unsigned flags, struct file **file)
{
    if (f->ops != &pipe_file_ops)
        return -ENXIO;
    struct pipe *p = f->private;
    struct file *new = file_alloc(&pipe_file_ops, flags & (O_ACCMODE | O_NONBLOCK));
    if (new == NULL)
        return -ENOMEM;
    new->private = p;
    mutex_lock(&p->lock);
    p->files++;
    p->readers += reads(new);
    p->writers += writes(new);
    mutex_unlock(&p->lock);
    *file = new;
    return 0;
}

long pipe_get_size(struct file *f)
{
    struct pipe *p = pipe_of(f);
    return p == NULL ? -EBADF : (long)(p->ring.nr_pages * PAGE_SIZE);
}

long pipe_set_size(struct file *f, unsigned long size)
{
    struct pipe *p = pipe_of(f);
    unsigned pages = 1;
    if (p == NULL)
        return -EBADF;
    if (size == 0 || size > 1UL << 31)
        return -EINVAL;
    while (pages * PAGE_SIZE < size)
        pages *= 2;
    mutex_lock(&p->lock);
    int err = pipe_ring_resize(&p->ring, pages);
    mutex_unlock(&p->lock);
    wake_all(&p->can_write);
    return err != 0 ? err : (long)(pages * PAGE_SIZE);
}
