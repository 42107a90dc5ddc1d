/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open files of backed file systems whose data nobody keeps here: each read and write goes to the
 * server. Writers hold inode->lock, so that appending writes follow each other.
 */
#include <hermit/locks.h>
#include <hermit/size_limit.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "file_internal.h"
#include "vfs_internal.h"

static ssize_t direct_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    ssize_t n = f->inode->ops->read_data(f->inode, io, *pos);
    if (n > 0)
        *pos += (uint64_t)n;
    return n;
}

/* The size as the server knows it now. */
static int ask_size(struct inode *inode, uint64_t *size)
{
    int err = inode->ops->getattr(inode, NULL);
    *size = load_relaxed(&inode->size);
    return err;
}

static ssize_t write_locked(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct inode *inode = f->inode;
    int err = load_relaxed(&f->flags) & O_APPEND ? ask_size(inode, pos) : 0;
    if (err == 0)
        err = size_limit_write(*pos, &io->left);
    if (err != 0)
        return err;
    ssize_t n = inode->ops->write_data(inode, io, *pos);
    if (n <= 0)
        return n;
    *pos += (uint64_t)n;
    if (*pos > load_relaxed(&inode->size)) /* inode->lock */
        store_relaxed(&inode->size, *pos);
    if (load_relaxed(&f->flags) & O_DSYNC) { /* O_SYNC has its bit, too */
        err = inode->ops->sync_data(inode, false);
        return err != 0 ? err : n;
    }
    return n;
}

static ssize_t direct_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    if (io->left == 0)
        return 0;
    mutex_lock(&f->inode->lock);
    ssize_t n = write_locked(f, io, pos);
    mutex_unlock(&f->inode->lock);
    return n;
}

/* Without knowing of holes, all of a file is data. */
static int find_data(uint64_t size, off_t offset, bool data, off_t *base)
{
    if (offset < 0 || (uint64_t)offset >= size)
        return -ENXIO;
    *base = data ? offset : (off_t)size;
    return 0;
}

static off_t direct_seek(struct file *f, off_t offset, int whence)
{
    uint64_t size = 0;
    off_t base = 0;
    int err = whence == SEEK_SET || whence == SEEK_CUR ? 0 : ask_size(f->inode, &size);
    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = (off_t)f->pos;
        break;
    case SEEK_END:
        base = (off_t)size;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (err == 0)
            err = find_data(size, offset, whence == SEEK_DATA, &base);
        offset = 0;
        break;
    default:
        err = -EINVAL;
    }
    if (err != 0)
        return err;
    return file_seek_from(f, base, offset);
}

static int direct_fsync(struct file *f)
{
    return f->inode->ops->sync_data(f->inode, false);
}

static int direct_truncate(struct file *f, uint64_t size)
{
    return vfs_truncate(f->inode, size);
}

static void direct_release(struct file *f)
{
    f->inode->ops->close(f);
    vfs_file_release(f);
}

/* Truncation of a backed file without pages here. */
int direct_truncate_inode(struct inode *inode, uint64_t size)
{
    struct attr_change change = {.valid = ATTR_SIZE, .size = size};
    mutex_lock(&inode->lock);
    int err = size_limit_grow(load_relaxed(&inode->size), size);
    if (err == 0)
        err = inode->ops->setattr(inode, &change);
    if (err == 0) {
        store_relaxed(&inode->size, size); /* inode->lock */
        inode_touch_modified(inode);
    }
    mutex_unlock(&inode->lock);
    return err;
}

const struct file_ops direct_file_ops = {
    .read = direct_read,
    .write = direct_write,
    .seek = direct_seek,
    .fsync = direct_fsync,
    .truncate = direct_truncate,
    .release = direct_release,
    .flush = locks_flush,
};
