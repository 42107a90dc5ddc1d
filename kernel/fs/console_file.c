/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the console's streams as open files, and descriptors 0, 1, 2. A program
 * that only prints links this but not the file tree, so there are no inodes here.
 * No locks: the console has its own.
 *
 * file->private is the stream, bits of enum hermit_stream. As on Linux, all
 * descriptors of a terminal read and write; those of a pipe have one direction.
 */
#include <asm/ioctls.h>
#include <hermit/atomic.h>
#include <hermit/console.h>
#include <hermit/fd_table.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/stat.h>

#include "console_file.h"
#include "file_internal.h"
#include <hermit/error_signal.h>

static unsigned stream_of(const struct file *f)
{
    return (unsigned)(uintptr_t)f->private;
}

static enum hermit_port output_of(const struct file *f)
{
    return stream_of(f) & HERMIT_STREAM_PORT;
}

/* O_NONBLOCK has no effect on streams that are regular files on the host, as on Linux. */
static unsigned how(const struct file *f)
{
    bool nonblock = load_relaxed(&f->flags) & O_NONBLOCK;
    return nonblock && !(stream_of(f) & HERMIT_STREAM_INSTANT) ? CONSOLE_NONBLOCK : 0;
}

ssize_t console_file_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    (void)pos;
    /* Another readable stream, a terminal other than stdin, is not connected. */
    if (unlikely(!(stream_of(f) & HERMIT_STREAM_READ)))
        return stream_of(f) & HERMIT_STREAM_FOLDER ? -EISDIR : -EIO;
    return io->left == 0 ? 0 : console_read_io(io, how(f));
}

ssize_t console_file_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    (void)pos;
    if (io->left == 0)
        return 0;
    ssize_t n = console_write_io(output_of(f), io, how(f));
    if (unlikely(n == -EPIPE && output_of(f) == HERMIT_PORT_STDIN))
        return -EIO; /* a terminal: its port closes in both directions at once */
    if (unlikely(n == -EPIPE || n == -EFBIG))
        return error_signal((int)n);
    return n;
}

unsigned console_file_poll(struct file *f, struct poll_table *pt)
{
    unsigned mode = load_relaxed(&f->flags) & O_ACCMODE, ready = 0;
    if (stream_of(f) & HERMIT_STREAM_INSTANT)
        return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
    if (mode != O_WRONLY && stream_of(f) & HERMIT_STREAM_READ) {
        poll_wait(pt, console_wait_queue(HERMIT_PORT_STDIN), ~0U);
        ready |= console_read_events();
    }
    if (mode != O_RDONLY) {
        poll_wait(pt, console_wait_queue(output_of(f)), ~0U);
        ready |= console_write_events(output_of(f));
    }
    return ready;
}

static int console_file_stat(struct file *f, struct statx *st)
{
    memset(st, 0, sizeof(*st));
    bool tty = stream_of(f) & HERMIT_STREAM_TTY;
    st->stx_mask = STATX_BASIC_STATS;
    st->stx_mode = tty ? S_IFCHR | 0620 : S_IFIFO | 0600;
    st->stx_nlink = 1;
    st->stx_ino = tty || output_of(f) == 0 ? HERMIT_PORT_STDIN : output_of(f);
    st->stx_blksize = tty ? 1024 : 4096;
    st->stx_dev_minor = CONSOLE_DEV_MINOR;
    st->stx_rdev_major = tty ? 136 : 0; /* Linux's Unix98 terminals */
    return 0;
}

long console_file_ioctl(struct file *f, unsigned cmd, unsigned long arg)
{
    if (stream_of(f) & HERMIT_STREAM_TTY)
        return tty_ioctl(f, cmd, arg);
    if (cmd != FIONREAD)
        return -ENOTTY;
    size_t n = stream_of(f) & HERMIT_STREAM_READ ? console_available() : 0;
    return put_user_u32(user_ptr(arg), (uint32_t)n);
}

const struct file_ops console_file_ops = {
    .read = console_file_read,
    .write = console_file_write,
    .ioctl = console_file_ioctl,
    .poll = console_file_poll,
    .stat = console_file_stat,
    .no_sigio = true,
};

static unsigned mode_of(unsigned stream)
{
    if (!(stream & HERMIT_STREAM_PORT))
        return O_RDONLY;
    return stream & HERMIT_STREAM_READ ? O_RDWR : O_WRONLY;
}

int console_open(unsigned stream, unsigned flags, struct file **file)
{
    unsigned have = mode_of(stream), want = flags & O_ACCMODE;
    if (have != O_RDWR && want != have)
        return -EACCES;
    struct file *f = file_alloc(&console_file_ops, flags & ~(unsigned)(O_CREAT | O_EXCL | O_TRUNC));
    if (f == NULL)
        return -ENOMEM;
    f->private = (void *)(uintptr_t)stream;
    *file = f;
    return 0;
}

unsigned console_terminal(void)
{
    unsigned terminal = 0;
    for (unsigned i = 0; i < 3; i++) {
        unsigned stream = console_stream(i);
        if (terminal & HERMIT_STREAM_PORT)
            stream &= ~(unsigned)HERMIT_STREAM_PORT;
        if (stream & HERMIT_STREAM_TTY)
            terminal |= stream;
    }
    return terminal;
}

void stdio_init(void)
{
    static struct file streams[3];
    for (unsigned i = 0; i < ARRAY_SIZE(streams); i++) {
        unsigned stream = console_stream(i);
        if (!(stream & HERMIT_STREAM_OPEN))
            continue;
        file_prepare(&streams[i], &console_file_ops, mode_of(stream));
        streams[i].private = (void *)(uintptr_t)stream;
        if (fd_replace((int)i, &streams[i], false) < 0)
            continue;
        file_put(&streams[i]); /* the table holds its own reference */
    }
}
