/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: regular files of the memory file system as open files. Writers hold
 * inode->lock; readers hold only a reference of the page they copy from.
 * Neither holds a spin lock while accessing application memory.
 */
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/locks.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "file_internal.h"
#include "ramfs.h"
#include "vfs_internal.h"
#include <hermit/size_limit.h>

static const char zeros[512];

static size_t copy_zeros(struct io_cursor *io, size_t n)
{
    size_t done = 0;
    while (done < n) {
        size_t piece = MIN(n - done, sizeof(zeros));
        size_t copied = io_copy_to(io, zeros, piece);
        done += copied;
        if (copied < piece)
            break;
    }
    return done;
}

/* Copies n bytes at pos, all within one page. */
static size_t read_piece(struct inode *inode, uint64_t pos, size_t n, struct io_cursor *io)
{
    paddr_t frame = ramfs_page(inode, pos / PAGE_SIZE);
    if (frame != PAGE_TREE_NONE) {
        size_t done = io_copy_to(io, (char *)phys_to_virt(frame) + pos % PAGE_SIZE, n);
        frame_put(frame, 0);
        return done;
    }
    const char *bytes;
    size_t source = MIN(ramfs_source(inode, pos, &bytes), n);
    size_t done = io_copy_to(io, bytes, source);
    return done < source ? done : done + copy_zeros(io, n - source);
}

static ssize_t ramfs_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct inode *inode = f->inode;
    ssize_t done = 0;
    while (io->left > 0) {
        uint64_t size =
            atomic_load_explicit(&inode->size, memory_order_acquire); /* pairs: write_locked() */
        if (*pos >= size)
            break;
        size_t n = MIN(MIN(io->left, PAGE_SIZE - *pos % PAGE_SIZE), size - *pos);
        size_t copied = read_piece(inode, *pos, n, io);
        *pos += copied;
        done += (ssize_t)copied;
        if (copied < n)
            return done > 0 ? done : -EFAULT;
        if (io->left > 0 && cond_resched())
            break;
    }
    if (!(load_relaxed(&f->flags) & O_NOATIME))
        inode_touch_accessed(inode);
    return done;
}

/* Fills the part of a new page that a write of n bytes at pos did not reach: its old contents. */
static void fill_rest(struct inode *inode, char *page, uint64_t pos, size_t copied, size_t n)
{
    const char *bytes;
    size_t source = MIN(ramfs_source(inode, pos + copied, &bytes), n - copied);
    memcpy(page + pos % PAGE_SIZE + copied, bytes, source);
    memset(page + pos % PAGE_SIZE + copied + source, 0, n - copied - source);
}

/* Makes a page that holds `done` new bytes at pos part of the file. */
static int publish(struct inode *inode, uint64_t pos, size_t done, paddr_t frame, size_t *copied)
{
    paddr_t there = frame;
    frame_get(frame); /* keeps the bytes, in case another page is there */
    int err = ramfs_insert(inode, pos / PAGE_SIZE, &there);
    if (err == 0 && there != frame) /* a page fault was first */
        memcpy((char *)phys_to_virt(there) + pos % PAGE_SIZE,
               (char *)phys_to_virt(frame) + pos % PAGE_SIZE, done);
    frame_put(frame, 0);
    if (err != 0)
        return -ENOSPC; /* no byte was written */
    frame_put(there, 0);
    *copied = done;
    return 0;
}

/* Copies n bytes into a page that does not exist yet, and publishes it when it is complete. */
static int write_new(struct inode *inode, uint64_t pos, size_t n, struct io_cursor *io,
                     size_t *copied)
{
    paddr_t frame;
    if (ramfs_new_page(inode, pos / PAGE_SIZE, n < PAGE_SIZE, 0, &frame) != 0)
        return -ENOSPC;
    char *page = phys_to_virt(frame);
    size_t done = io_copy_from(io, page + pos % PAGE_SIZE, n);
    if (done == 0) {
        ramfs_free_page(inode, frame);
        return 0;
    }
    if (n == PAGE_SIZE && done < n)
        fill_rest(inode, page, pos, done, n);
    return publish(inode, pos, done, frame, copied);
}

/* Copies n bytes into one page, *copied of them successfully. The other bytes keep their values. */
static int write_piece(struct inode *inode, uint64_t pos, size_t n, struct io_cursor *io,
                       size_t *copied)
{
    paddr_t frame = ramfs_page(inode, pos / PAGE_SIZE);
    if (frame == PAGE_TREE_NONE)
        return write_new(inode, pos, n, io, copied);
    *copied = io_copy_from(io, (char *)phys_to_virt(frame) + pos % PAGE_SIZE, n);
    frame_put(frame, 0);
    return 0;
}

/* Bytes or −errno. inode->lock. */
static ssize_t write_locked(struct inode *inode, struct io_cursor *io, uint64_t *pos)
{
    ssize_t done = 0;
    while (io->left > 0) {
        size_t n = MIN(io->left, PAGE_SIZE - *pos % PAGE_SIZE), copied = 0;
        int err = write_piece(inode, *pos, n, io, &copied);
        *pos += copied;
        done += (ssize_t)copied;
        if (*pos > load_relaxed(&inode->size) && copied > 0)
            atomic_store_explicit(&inode->size, *pos,
                                  memory_order_release); /* pairs: ramfs_read() */
        if (err == 0 && copied < n)
            err = -EFAULT;
        if (err != 0) {
            if (done == 0)
                done = err;
            break;
        }
        if (io->left > 0 && cond_resched())
            break;
    }
    if (done > 0)
        inode_touch_modified(inode);
    return done;
}

static ssize_t ramfs_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct inode *inode = f->inode;
    if (io->left == 0)
        return 0;
    mutex_lock(&inode->lock);
    if (load_relaxed(&f->flags) & O_APPEND)
        *pos = load_relaxed(&inode->size);
    ssize_t n = size_limit_write(*pos, &io->left);
    if (n == 0 && load_relaxed(&inode->seals) > 0)
        n = ramfs_check_seals(inode, load_relaxed(&inode->size),
                              MAX(load_relaxed(&inode->size), *pos + io->left), true);
    if (n == 0)
        n = write_locked(inode, io, pos);
    mutex_unlock(&inode->lock);
    return n;
}

/* True if the page at `index` has data; else *next is the next page with data, or UINT64_MAX. */
static bool has_data(struct inode *inode, uint64_t index, uint64_t *next)
{
    const char *bytes;
    unsigned long irq = spin_lock(&inode->pages_lock);
    *next = page_tree_next(&inode->pages, index);
    spin_unlock(&inode->pages_lock, irq);
    return *next == index || ramfs_source(inode, index * PAGE_SIZE, &bytes) > 0;
}

/* First position ≥ pos with data (or without); the file's end counts as a hole. */
static off_t seek_data(struct inode *inode, uint64_t pos, bool data)
{
    uint64_t index = pos / PAGE_SIZE, next, source = load_relaxed(&inode->source_size) / PAGE_SIZE;
    if (!data && index < source) /* files of the archive have no holes */
        index = source;
    for (; index * PAGE_SIZE < load_relaxed(&inode->size); index++) {
        if (has_data(inode, index, &next) == data)
            return (off_t)MAX(pos, index * PAGE_SIZE);
        if (data) /* UINT64_MAX: none */
            index = MIN(next, load_relaxed(&inode->size) / PAGE_SIZE + 1) - 1;
        if (cond_resched())
            break;
    }
    return data ? -ENXIO : (off_t)load_relaxed(&inode->size);
}

static off_t ramfs_seek(struct file *f, off_t offset, int whence)
{
    struct inode *inode = f->inode;
    off_t size = (off_t)load_relaxed(&inode->size), base = 0;
    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = (off_t)f->pos;
        break;
    case SEEK_END:
        base = size;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (offset < 0 || offset >= size)
            return -ENXIO;
        base = seek_data(inode, (uint64_t)offset, whence == SEEK_DATA);
        if (base < 0)
            return base;
        offset = 0;
        break;
    default:
        return -EINVAL;
    }
    return file_seek_from(f, base, offset);
}

static int ramfs_fallocate(struct file *f, int mode, uint64_t offset, uint64_t length)
{
    struct inode *inode = f->inode;
    uint64_t end = offset + length, size;
    bool punch = mode & FALLOC_FL_PUNCH_HOLE;
    int err = 0;
    if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
        return -EOPNOTSUPP;
    mutex_lock(&inode->lock);
    size = load_relaxed(&inode->size);
    uint64_t new_size = mode & FALLOC_FL_KEEP_SIZE ? size : MAX(size, end);
    err = size_limit_grow(size, new_size);
    if (err == 0 && load_relaxed(&inode->seals) > 0)
        err = ramfs_check_seals(inode, size, new_size, punch);
    if (err == 0)
        err = punch ? ramfs_punch(inode, offset, end) : ramfs_reserve(inode, offset, end);
    if (err == 0) {
        store_relaxed(&inode->size, new_size);
        inode_touch_modified(inode);
    }
    mutex_unlock(&inode->lock);
    return err;
}

static int ramfs_fsync(struct file *f, uint64_t from, uint64_t to, bool data_only)
{
    (void)from;
    (void)to;
    (void)data_only;
    (void)f; /* no storage but memory */
    return 0;
}

static int ramfs_truncate_file(struct file *f, uint64_t size)
{
    return vfs_truncate(f->inode, size);
}

int ramfs_check_seals(const struct inode *inode, uint64_t old_size, uint64_t new_size, bool write)
{
    int seals = load_relaxed(&inode->seals);
    if (write && seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
        return -EPERM;
    if (new_size < old_size && seals & F_SEAL_SHRINK)
        return -EPERM;
    return new_size > old_size && seals & F_SEAL_GROW ? -EPERM : 0;
}

const struct file_ops ramfs_file_ops = {
    .read = ramfs_read,
    .write = ramfs_write,
    .seek = ramfs_seek,
    .fsync = ramfs_fsync,
    .truncate = ramfs_truncate_file,
    .fallocate = ramfs_fallocate,
    .get_page = ramfs_get_page,
    .fault = vm_file_fault,
    .release = vfs_file_release,
    .flush = locks_flush,
};
