/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: pipes, including the part that FIFOs share. hermit/channel.h has the rules
 * for waiting and freeing; calls wake others after the unlock under the references
 * of their files.
 *
 * Lock: pipe->channel.lock. It is dropped to fault in application memory that is not
 * present.
 */
#include <asm/ioctls.h>
#include <hermit/chaos.h>
#include <hermit/kmalloc.h>
#include <hermit/pipe.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/poll.h>
#include <linux/stat.h>

#include "pipe_internal.h"
#include <hermit/error_signal.h>

static bool readable(const struct pipe *p)
{
    return !pipe_ring_is_empty(&p->ring) || p->open[WRITERS] == 0;
}

static bool writable(const struct pipe *p, size_t n)
{
    return pipe_ring_takes(&p->ring, n) || p->open[READERS] == 0;
}

static bool nonblocking(const struct file *f)
{
    return load_relaxed(&f->flags) & O_NONBLOCK;
}

/* Faults in the application's memory, with the pipe unlocked meanwhile. False: not all of it can be
 * made present. */
__attribute__((noinline)) static bool bring_in(struct pipe *p, const struct io_cursor *io, size_t n,
                                               bool write)
{
    mutex_unlock(&p->channel.lock);
    int err = io_fault_in(io, n, write);
    cond_resched();
    mutex_lock(&p->channel.lock);
    return err == 0;
}

static ssize_t copy_out(struct pipe *p, struct io_cursor *io, bool partial)
{
    user_nofault_begin();
    ssize_t n = pipe_ring_read(&p->ring, io, partial);
    user_nofault_end();
    return n;
}

/* Waits for bytes, and reads them. *was_full: writers may be waiting for room. Locked. */
static ssize_t read_some(struct file *f, struct pipe *p, struct io_cursor *io, bool *was_full)
{
    for (;;) {
        ssize_t n = channel_wait(&p->channel, &p->can_read, readable(p), nonblocking(f));
        if (n != 0 || pipe_ring_is_empty(&p->ring))
            return n; /* an error, or no writers: end of file */
        *was_full = pipe_ring_is_full(&p->ring);
        n = copy_out(p, io, false);
        if (likely(n != -EFAULT))
            return n;
        if (!bring_in(p, io, pipe_ring_bytes(&p->ring), true)) {
            *was_full = true; /* may have been */
            return pipe_ring_is_empty(&p->ring) ? -EFAULT : copy_out(p, io, true);
        }
    }
}

static void touch_accessed(const struct file *f, struct pipe *p)
{
    if (f->inode != NULL)
        inode_touch_accessed(f->inode);
    else
        p->accessed = clock_realtime();
}

static void touch_modified(const struct file *f, struct pipe *p)
{
    if (f->inode != NULL)
        inode_touch_modified(f->inode);
    else
        p->modified = clock_realtime();
}

ssize_t pipe_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct pipe *p = f->private;
    (void)pos;
    if (io->left == 0)
        return 0;
    bool was_full = false;
    mutex_lock(&p->channel.lock);
    ssize_t n = read_some(f, p, io, &was_full);
    if (likely(n > 0))
        touch_accessed(f, p);
    mutex_unlock(&p->channel.lock);
    chaos_point("pipe_read");
    if (n > 0 && was_full)
        wake_all(&p->can_write);
    return n;
}

static ssize_t copy_in(struct file *f, struct pipe *p, struct io_cursor *io)
{
    user_nofault_begin();
    ssize_t n = pipe_ring_write(&p->ring, io, load_relaxed(&f->flags) & O_DIRECT);
    user_nofault_end();
    return n;
}

/* Waits for room, and writes. Bytes; −EPIPE without readers. Locked. */
static ssize_t write_some(struct file *f, struct pipe *p, struct io_cursor *io)
{
    for (;;) {
        ssize_t n = channel_wait(&p->channel, &p->can_write, writable(p, io->left), nonblocking(f));
        if (n != 0)
            return n;
        if (p->open[READERS] == 0)
            return -EPIPE;
        n = copy_in(f, p, io);
        if (likely(n != -EFAULT))
            return n;
        if (!bring_in(p, io, (size_t)p->ring.nr_slots * PAGE_SIZE, false)) {
            return pipe_ring_takes(&p->ring, io->left) ? copy_in(f, p, io) : -EFAULT;
        }
    }
}

ssize_t pipe_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct pipe *p = f->private;
    ssize_t done = 0, n;
    (void)pos;
    if (io->left == 0)
        return 0;
    mutex_lock(&p->channel.lock);
    while ((n = write_some(f, p, io)) > 0) {
        done += n;
        if (io->left == 0)
            break;
        wake_all(&p->can_read); /* readers make room */
    }
    if (done > 0)
        touch_modified(f, p);
    mutex_unlock(&p->channel.lock);
    chaos_point("pipe_write");
    if (done > 0)
        wake_all(&p->can_read);
    if (n == -EPIPE)
        error_signal(-EPIPE);
    return done > 0 ? done : n;
}

/* f->pos: opened[WRITERS] when this file's non-blocking open found no writer; else 0. POLLHUP
 * requires that a writer has opened the FIFO since. */
static unsigned reader_events(const struct file *f, const struct pipe *p)
{
    unsigned ready = pipe_ring_is_empty(&p->ring) ? 0 : POLLIN | POLLRDNORM;
    if (p->open[WRITERS] == 0 && (unsigned)f->pos != p->opened[WRITERS])
        ready |= POLLHUP;
    return ready;
}

static unsigned writer_events(const struct pipe *p)
{
    return (pipe_ring_is_full(&p->ring) ? 0 : POLLOUT | POLLWRNORM) |
           (p->open[READERS] == 0 ? POLLERR : 0);
}

unsigned pipe_poll(struct file *f, struct poll_table *pt)
{
    struct pipe *p = f->private;
    unsigned ready = 0;
    if (pipe_reads(f))
        poll_wait(pt, &p->can_read, POLLIN | POLLRDNORM);
    if (pipe_writes(f))
        poll_wait(pt, &p->can_write, POLLOUT | POLLWRNORM);
    mutex_lock(&p->channel.lock);
    if (pipe_reads(f))
        ready |= reader_events(f, p);
    if (pipe_writes(f))
        ready |= writer_events(p);
    mutex_unlock(&p->channel.lock);
    return ready;
}

long pipe_ioctl(struct file *f, unsigned cmd, unsigned long arg)
{
    struct pipe *p = f->private;
    if (cmd != FIONREAD)
        return -ENOTTY;
    mutex_lock(&p->channel.lock);
    size_t n = pipe_ring_bytes(&p->ring);
    mutex_unlock(&p->channel.lock);
    return put_user_u32(user_ptr(arg), (uint32_t)n);
}

static struct statx_timestamp timestamp(uint64_t ns)
{
    return (struct statx_timestamp){.tv_sec = (int64_t)(ns / NSEC_PER_SEC),
                                    .tv_nsec = (uint32_t)(ns % NSEC_PER_SEC)};
}

static int pipe_stat(struct file *f, struct statx *st)
{
    struct pipe *p = f->private;
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS;
    st->stx_mode = S_IFIFO | 0600;
    st->stx_nlink = 1;
    st->stx_blksize = PAGE_SIZE;
    st->stx_ino = p->ino;
    st->stx_dev_minor = 14;
    mutex_lock(&p->channel.lock);
    st->stx_atime = timestamp(p->accessed);
    st->stx_mtime = timestamp(p->modified);
    st->stx_ctime = timestamp(MAX(p->modified, p->created));
    mutex_unlock(&p->channel.lock);
    return 0;
}

void pipe_join(struct pipe *p, const struct file *f)
{
    p->open[READERS] += pipe_reads(f);
    p->opened[READERS] += pipe_reads(f);
    p->open[WRITERS] += pipe_writes(f);
    p->opened[WRITERS] += pipe_writes(f);
    wake_all(&p->joined);
}

void pipe_leave(struct pipe *p, const struct file *f)
{
    mutex_lock(&p->channel.lock);
    p->open[READERS] -= pipe_reads(f);
    p->open[WRITERS] -= pipe_writes(f);
    mutex_unlock(&p->channel.lock);
    chaos_point("pipe_leave");
    wake_all(&p->can_read);
    wake_all(&p->can_write);
    channel_put(&p->channel);
}

static void pipe_release(struct file *f)
{
    pipe_leave(f->private, f);
}

static const struct file_ops pipe_file_ops = {
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .stat = pipe_stat,
    .release = pipe_release,
};

static void pipe_free(struct channel *c)
{
    struct pipe *p = container_of(c, struct pipe, channel);
    pipe_ring_free(&p->ring);
    kfree(p);
}

struct pipe *pipe_alloc(void)
{
    static _Atomic uint64_t last_ino;
    struct pipe *p = kzalloc(sizeof(*p));
    if (p == NULL || pipe_ring_init(&p->ring, PIPE_SLOTS) != 0) {
        kfree(p);
        return NULL;
    }
    channel_init(&p->channel, "pipe", pipe_free);
    wait_queue_init(&p->can_read);
    wait_queue_init(&p->can_write);
    wait_queue_init(&p->joined);
    p->opened[READERS] = p->opened[WRITERS] = 1; /* never equal to an f->pos of 0 */
    p->ino = add_relaxed(&last_ino, 1) + 1;
    p->created = p->modified = p->accessed = clock_realtime();
    return p;
}

/* Creates a file on the pipe, with a reference of its own. 0 or −ENOMEM. */
static int pipe_open(struct pipe *p, unsigned flags, struct file **file)
{
    struct file *f = file_alloc(&pipe_file_ops, flags);
    if (f == NULL)
        return -ENOMEM;
    channel_get(&p->channel);
    f->private = p;
    mutex_lock(&p->channel.lock);
    pipe_join(p, f);
    mutex_unlock(&p->channel.lock);
    *file = f;
    return 0;
}

int pipe_create(unsigned flags, struct file *end[2])
{
    struct pipe *p = pipe_alloc();
    if (p == NULL)
        return -ENOMEM;
    int err = pipe_open(p, O_RDONLY | (flags & O_NONBLOCK), &end[0]);
    if (err == 0) {
        err = pipe_open(p, O_WRONLY | flags, &end[1]);
        if (err != 0)
            file_put(end[0]);
    }
    channel_put(&p->channel); /* the files have their own references */
    return err;
}

int pipe_reopen(struct file *f, unsigned flags, struct file **file)
{
    if (f->ops != &pipe_file_ops)
        return -ENXIO;
    return pipe_open(f->private, flags & (O_ACCMODE | O_NONBLOCK), file);
}

bool file_is_pipe(const struct file *f)
{
    return f->ops == &pipe_file_ops || f->ops == &fifo_file_ops;
}
