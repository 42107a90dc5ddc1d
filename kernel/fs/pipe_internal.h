/* SPDX-License-Identifier: BSD-3-Clause */
/* Declarations that pipes and FIFOs share. */
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
    struct channel channel; /* its lock protects the members below except `files` */
    struct pipe_ring ring;
    unsigned open[PIPE_SIDES];   /* open files that read, that write */
    unsigned opened[PIPE_SIDES]; /* number of opens for each, plus 1 */
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

/* Counts the file in `open` and `opened`, and wakes the opens that wait for it. Locked. */
void pipe_join(struct pipe *p, const struct file *f);
/* Removes the file from `open` and drops its reference, which may free the pipe. Takes the lock. */
void pipe_leave(struct pipe *p, const struct file *f);

extern const struct file_ops fifo_file_ops;

/* struct file_ops members of both. */
ssize_t pipe_read(struct file *f, struct io_cursor *io, uint64_t *pos);
ssize_t pipe_write(struct file *f, struct io_cursor *io, uint64_t *pos);
unsigned pipe_poll(struct file *f, struct poll_table *pt);
long pipe_ioctl(struct file *f, unsigned cmd, unsigned long arg);

#endif
