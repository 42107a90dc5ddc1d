/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /dev and the drivers behind device numbers. The numbers are Linux's
 * (admin-guide/devices.txt). No locks.
 */
#include <hermit/locks.h>
#include <hermit/random.h>
#include <hermit/sched.h>
#include <hermit/signal_pending.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/stat.h>

#include "console_file.h"
#include "vfs_internal.h"

#define RDEV(major, minor) ((uint64_t)(major) << 20 | (minor))

static ssize_t read_nothing(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    (void)f;
    (void)io;
    (void)pos;
    return 0;
}

static ssize_t write_away(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    size_t n = io->left;
    (void)f;
    io->left = 0;
    *pos += n;
    return (ssize_t)n;
}

static ssize_t write_full(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    (void)f;
    (void)io;
    (void)pos;
    return -ENOSPC;
}

/* Between two pieces of a possibly long transfer: gives up the core if another task should have it.
 * True: a signal ends the transfer. */
static bool must_stop(const struct io_cursor *io)
{
    return io->left > 0 && (cond_resched() || signal_pending());
}

static ssize_t read_zeros(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    static const char zeros[1024];
    size_t done = 0;
    (void)f;
    (void)pos;
    while (io->left > 0) {
        size_t n = MIN(io->left, sizeof(zeros)), copied = io_copy_to(io, zeros, n);
        done += copied;
        if (copied < n)
            return done > 0 ? (ssize_t)done : -EFAULT;
        if (must_stop(io))
            break;
    }
    return (ssize_t)done;
}

static ssize_t read_random(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    char bytes[256];
    size_t done = 0;
    (void)f;
    (void)pos;
    while (io->left > 0) {
        size_t n = MIN(io->left, sizeof(bytes));
        random_fill(bytes, n);
        size_t copied = io_copy_to(io, bytes, n);
        done += copied;
        if (copied < n)
            return done > 0 ? (ssize_t)done : -EFAULT;
        if (must_stop(io))
            break;
    }
    return (ssize_t)done;
}

static ssize_t write_random(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    char bytes[256];
    size_t done = 0;
    (void)f;
    (void)pos;
    while (io->left > 0) {
        size_t n = MIN(io->left, sizeof(bytes)), copied = io_copy_from(io, bytes, n);
        random_add(bytes, copied);
        done += copied;
        if (copied < n)
            return done > 0 ? (ssize_t)done : -EFAULT;
        if (must_stop(io))
            break;
    }
    return (ssize_t)done;
}

/* For devices without a position: seeking succeeds with the result 0. */
static off_t seek_nowhere(struct file *f, off_t offset, int whence)
{
    (void)offset;
    (void)whence;
    f->pos = 0;
    return 0;
}

static const struct file_ops null_ops = {.read = read_nothing,
                                         .write = write_away,
                                         .seek = seek_nowhere,
                                         .release = vfs_file_release,
                                         .flush = locks_flush};
static const struct file_ops zero_ops = {.read = read_zeros,
                                         .write = write_away,
                                         .seek = seek_nowhere,
                                         .maps_zeros = true,
                                         .release = vfs_file_release,
                                         .flush = locks_flush};
static const struct file_ops full_ops = {.read = read_zeros,
                                         .write = write_full,
                                         .seek = seek_nowhere,
                                         .release = vfs_file_release,
                                         .flush = locks_flush};
static const struct file_ops urandom_ops = {.read = read_random,
                                            .write = write_random,
                                            .seek = seek_nowhere,
                                            .release = vfs_file_release,
                                            .flush = locks_flush};

/* Always seeded, hence readable. Linux reports POLLOUT only before that. */
static unsigned poll_random(struct file *f, struct poll_table *pt)
{
    (void)f;
    (void)pt;
    return POLLIN | POLLRDNORM;
}
static const struct file_ops random_ops = {.read = read_random,
                                           .write = write_random,
                                           .seek = seek_nowhere,
                                           .poll = poll_random,
                                           .release = vfs_file_release,
                                           .flush = locks_flush};

/* The terminal: a file on the console's stream, with the device node's inode. */
static int tty_open(struct file *f)
{
    static const struct file_ops tty_ops = {
        .read = console_file_read,
        .write = console_file_write,
        .ioctl = console_file_ioctl,
        .poll = console_file_poll,
        .no_sigio = true,
        .release = vfs_file_release,
        .flush = locks_flush,
    };
    unsigned terminal = console_terminal();
    if (!(terminal & HERMIT_STREAM_PORT))
        return -ENXIO;
    f->ops = &tty_ops;
    f->private = (void *)(uintptr_t)terminal;
    return 0;
}

static const struct {
    const char *name;
    uint64_t rdev;
    uint32_t mode;
    const struct file_ops *ops; /* NULL: the terminal */
} devices[] = {
    {"null", RDEV(1, 3), 0666, &null_ops},       {"zero", RDEV(1, 5), 0666, &zero_ops},
    {"full", RDEV(1, 7), 0666, &full_ops},       {"random", RDEV(1, 8), 0666, &random_ops},
    {"urandom", RDEV(1, 9), 0666, &urandom_ops}, {"tty", RDEV(5, 0), 0666, NULL},
    {"console", RDEV(5, 1), 0600, NULL},
};

int device_open(struct file *f)
{
    if (inode_type(f->inode) != S_IFCHR)
        return -ENXIO;
    for (unsigned i = 0; i < ARRAY_SIZE(devices); i++) {
        if (devices[i].rdev != f->inode->rdev)
            continue;
        if (devices[i].ops == NULL)
            return tty_open(f);
        f->ops = devices[i].ops;
        return 0;
    }
    return -ENXIO;
}

static const char *const links[][2] = {{"fd", "/proc/self/fd"},
                                       {"stdin", "/proc/self/fd/0"},
                                       {"stdout", "/proc/self/fd/1"},
                                       {"stderr", "/proc/self/fd/2"}};

struct super_block *devfs_create(void)
{
    struct super_block *sb = ramfs_create("devtmpfs");
    if (sb == NULL)
        return NULL;
    for (unsigned i = 0; i < ARRAY_SIZE(devices); i++) {
        struct inode *inode = ramfs_inode(sb, S_IFCHR | devices[i].mode, devices[i].rdev, NULL);
        if (dentry_add(sb->root, devices[i].name, inode) == NULL)
            return NULL;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(links); i++) {
        struct inode *inode = ramfs_inode(sb, S_IFLNK | 0777, 0, links[i][1]);
        if (dentry_add(sb->root, links[i][0], inode) == NULL)
            return NULL;
    }
    return sb;
}
