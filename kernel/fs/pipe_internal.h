/* SPDX-License-Identifier: BSD-3-Clause */
/* What pipes and FIFOs share. */
#ifndef FS_PIPE_INTERNAL_H
#define FS_PIPE_INTERNAL_H

#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/file.h>
#include <linux/fcntl.h>

#include "pipe_ring.h"

enum pipe_side { READERS, WRITERS, PIPE_SIDES };

/*
 * Each open file on a pipe holds a reference of the channel; a FIFO's inode points
 * to the pipe only while `files` > 0.
 */
struct pipe {
    struct channel channel; /* its lock protects what follows, but for `files` */
    struct pipe_ring ring;
    unsigned open[PIPE_SIDES];   /* files that read, that write */
    unsigned opened[PIPE_SIDES]; /* how often it was opened so, from 1 on */
    struct wait_queue can_read, can_write, joined;
    uint64_t ino, created, modified, accessed;
    unsigned files; /* FIFO: open files; fifo_lock */
};

static inline bool pipe_reads(const struct file *f)
{
    return (load_relaxed(&f->flags) & O_ACCMODE) != O_WRONLY;
}

static inline bool pipe_writes(const struct file *f)
{
    return (load_relaxed(&f->flags) & O_ACCMODE) != O_RDONLY;
}

/* One reference; NULL: no memory. */
struct pipe *pipe_alloc(void);

/* The file counts as an end, and whoever waits for one is woken. Locked. */
void pipe_join(struct pipe *p, const struct file *f);
/* It counts no more; its reference goes. The pipe may be gone afterwards. */
void pipe_leave(struct pipe *p, const struct file *f);

extern const struct file_ops fifo_file_ops;

/* struct file_ops of both. */
ssize_t pipe_read(struct file *f, struct io_cursor *io, uint64_t *pos);
ssize_t pipe_write(struct file *f, struct io_cursor *io, uint64_t *pos);
unsigned pipe_poll(struct file *f, struct poll_table *pt);
long pipe_ioctl(struct file *f, unsigned cmd, unsigned long arg);

#endif
