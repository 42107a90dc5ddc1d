/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open files of backed file systems. Small reads and mappings get pages that are kept
 * (page_cache.h); large ones, and all that is written, go between the server and the caller's
 * memory.
 *
 * Locks: whoever writes, or changes the size, holds inode->lock, so that appending writes follow
 * each other. Readers take none.
 */
#include "page_cache.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/sched.h>
#include <hermit/size_limit.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "file_internal.h"
#include "vfs_internal.h"

/* From so many bytes on a transfer is worth its request, and does not pass through pages here. */
#define LARGE (32UL * 1024)

/* Pages that a smaller one can touch, wherever it begins. */
#define SMALL_PAGES (LARGE / PAGE_SIZE + 1)

_Static_assert(SMALL_PAGES <= PAGE_RUN_MAX, "a small write is one run");

_Atomic bool page_cache_stores;

static bool writes(const struct file *f)
{
    return (load_relaxed(&f->flags) & O_ACCMODE) != O_RDONLY;
}

/* Between the server and the caller, whatever is kept here. */
static bool goes_directly(const struct file *f, size_t n)
{
    return n >= LARGE || load_relaxed(&f->flags) & O_DIRECT || f->inode->sb->data_ns == 0;
}

static ssize_t read_directly(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    if (io->left == 0)
        return 0;
    int err = page_cache_write_back(inode, pos / PAGE_SIZE, (pos + io->left - 1) / PAGE_SIZE);
    return err != 0 ? err : inode->ops->read_data(inode, io, pos);
}

/* Copies up to the end of a page. Bytes; 0: the end of the file; −errno. */
static ssize_t read_piece(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    struct page_cache *c = page_cache_of(inode);
    uint64_t size;
    paddr_t frame;
    for (;;) {
        /* Before the page, which may leave the file and miss what is written then. Acquire, pairs
         * with inode_set_size(): pages that are found from now on have the bytes up to this end. */
        size = atomic_load_explicit(&inode->size, memory_order_acquire);
        frame = page_cache_frame(c, pos / PAGE_SIZE);
        if (frame != FRAME_NONE)
            break;
        int err = pos < size ? page_cache_fill(inode, pos / PAGE_SIZE) : 0;
        if (err != 0 || pos >= size)
            return err;
    }
    size_t n = MIN(io->left, PAGE_SIZE - pos % PAGE_SIZE), done = 0;
    if (pos < size) {
        n = MIN(n, size - pos);
        done = io_copy_to(io, (char *)phys_to_virt(frame) + pos % PAGE_SIZE, n);
    }
    frame_put(frame, 0);
    return done > 0 || pos >= size ? (ssize_t)done : -EFAULT;
}

static ssize_t cached_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    ssize_t done = 0, n = 0;
    if (goes_directly(f, io->left)) {
        n = read_directly(f->inode, io, *pos);
        *pos += n > 0 ? (uint64_t)n : 0;
        return n;
    }
    int err = page_cache_check(f->inode);
    if (err != 0)
        return err;
    while (io->left > 0) {
        n = read_piece(f->inode, io, *pos);
        if (n <= 0)
            break;
        *pos += (uint64_t)n;
        done += n;
        if (io->left > 0 && cond_resched())
            break;
    }
    return done > 0 ? done : n;
}

/* The size as the server knows it now. */
static int ask_size(struct inode *inode, uint64_t *size)
{
    int err = inode->ops->getattr(inode, NULL);
    *size = load_relaxed(&inode->size);
    return err;
}

/* The same, however new the answer is that is here: others may be appending, too. */
static int ask_end(struct inode *inode, uint64_t *size)
{
    int err = inode->ops->renew != NULL ? inode->ops->renew(inode, TIME_FOREVER) : 0;
    *size = load_relaxed(&inode->size);
    return err == -ESTALE ? 0 : err; /* its name is gone, what is open goes on */
}

/* The server has n new bytes at pos, and so have the pages that are kept here: only now readers get
 * to know of a new end. inode->lock. */
static void note_written(struct inode *inode, uint64_t pos, size_t n)
{
    if (pos + n > load_relaxed(&inode->size))
        page_cache_grown(inode, pos + n);
    else
        page_cache_changed(inode);
}

/* The pages of the run that are here get the n bytes that the server has got at pos. */
static void update(const struct page_run *run, uint64_t pos, const char *bytes, size_t n)
{
    for (unsigned i = 0; i < run->nr; i++) {
        const struct cached_page *p = run->page[i];
        uint64_t start = p->index * PAGE_SIZE;
        uint64_t from = MAX(start, pos), to = MIN(start + PAGE_SIZE, pos + n);
        if (p->frame != FRAME_NONE && from < to)
            memcpy((char *)phys_to_virt(p->frame) + from - start, bytes + (from - pos), to - from);
    }
}

/* Sends up to LARGE bytes, while nobody reads their pages from the server or maps them: what is
 * kept here has the bytes when the server has them, beside what the program stores there. */
static ssize_t send_small(struct inode *inode, uint64_t pos, const char *bytes, size_t n)
{
    struct page_cache *c = page_cache_of(inode);
    struct cached_page places[SMALL_PAGES];
    struct page_run run;
    struct io_segment segment;
    struct io_cursor io;
    int err = page_run_own(c, pos / PAGE_SIZE, (pos + n - 1) / PAGE_SIZE, places, &run);
    if (err != 0)
        return err;
    io_cursor_init_kernel(&io, &segment, bytes, n);
    ssize_t done = inode->ops->write_data(inode, &io, pos);
    if (done > 0) {
        if (pos + (size_t)done > load_relaxed(&inode->size))
            page_cache_zero_end(inode);
        update(&run, pos, bytes, (size_t)done);
        note_written(inode, pos, (size_t)done);
    }
    page_run_release(c, &run);
    return done;
}

static ssize_t write_small(struct inode *inode, struct io_cursor *io, uint64_t pos, size_t n)
{
    char *bytes = kmalloc_for(n, FRAME_FAULT);
    if (bytes == NULL)
        return -ENOMEM;
    size_t copied = io_copy_from(io, bytes, n);
    ssize_t done = copied > 0 ? send_small(inode, pos, bytes, copied) : -EFAULT;
    io_rewind(io, copied - (done > 0 ? (size_t)done : 0));
    kfree(bytes);
    return done;
}

/* The caller's memory may be a mapping of these very pages, so they are not owned meanwhile. */
static ssize_t write_directly(struct inode *inode, struct io_cursor *io, uint64_t pos, size_t n)
{
    uint64_t first = pos / PAGE_SIZE, last = (pos + n - 1) / PAGE_SIZE;
    size_t rest = io->left - n;
    int err = page_cache_write_back(inode, first, last);
    if (err != 0)
        return err;
    page_cache_drop(inode, first, last, DROP_CLEAN);
    io->left = n;
    ssize_t done = inode->ops->write_data(inode, io, pos);
    io->left += rest;
    if (done <= 0)
        return done;
    if (pos + (size_t)done > load_relaxed(&inode->size))
        page_cache_zero_end(inode);
    /* What was stored meanwhile came before these bytes. */
    page_cache_drop(inode, first, (pos + (uint64_t)done - 1) / PAGE_SIZE, DROP_ALL);
    note_written(inode, pos, (size_t)done);
    return done;
}

/* Bytes of [pos, pos + n) to write in the next step, and whether directly. A file that stores reach
 * through mappings is written directly by whole pages only: the others have bytes beside. */
static size_t next_step(const struct file *f, uint64_t pos, size_t n, bool *directly)
{
    size_t to_page = (PAGE_SIZE - pos % PAGE_SIZE) % PAGE_SIZE;
    *directly = goes_directly(f, n);
    if (!*directly || !load_relaxed(&page_cache_of(f->inode)->storable))
        return n;
    *directly = to_page == 0 && n >= PAGE_SIZE;
    if (*directly)
        return ALIGN_DOWN(n, PAGE_SIZE);
    return to_page == 0 ? n : MIN(n, to_page);
}

/* inode->lock */
static ssize_t write_all(struct file *f, struct io_cursor *io, uint64_t pos)
{
    ssize_t done = 0, n = 1;
    while (io->left > 0 && n > 0) {
        bool directly;
        size_t step = next_step(f, pos + (uint64_t)done, io->left, &directly);
        if (directly)
            n = write_directly(f->inode, io, pos + (uint64_t)done, step);
        else
            n = write_small(f->inode, io, pos + (uint64_t)done, MIN(step, LARGE));
        if (n > 0)
            done += n;
    }
    return done > 0 ? done : n;
}

static ssize_t write_at(struct file *f, struct io_cursor *io, uint64_t pos)
{
    int err = size_limit_write(pos, &io->left);
    if (err != 0)
        return err;
    inode_change_begin(f->inode);
    ssize_t n = write_all(f, io, pos);
    inode_change_end(f->inode);
    return n;
}

/* Leaves it to the server where the end is, so the size is trusted as attributes are; *pos is where
 * the bytes have gone, if nobody else has appended lately. Pages from there on are read anew: what
 * they get is not certain. −EAGAIN: write_at() must be used, as with pages that can be dirty. */
static ssize_t append(struct inode *inode, struct io_cursor *io, uint64_t *pos)
{
    if (inode->ops->append_data == NULL || load_relaxed(&page_cache_of(inode)->storable))
        return -EAGAIN;
    int err = page_cache_check(inode);
    *pos = load_relaxed(&inode->size);
    if (err == 0)
        err = size_limit_write(*pos, &io->left);
    if (err != 0)
        return err;
    inode_change_begin(inode);
    ssize_t n = inode->ops->append_data(inode, io);
    if (n > 0) {
        page_cache_drop(inode, *pos / PAGE_SIZE, PAGE_LAST, DROP_CLEAN);
        page_cache_grown(inode, *pos + (uint64_t)n);
    }
    inode_change_end(inode);
    return n;
}

static ssize_t write_locked(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct inode *inode = f->inode;
    unsigned flags = load_relaxed(&f->flags);
    ssize_t n = flags & O_APPEND ? append(inode, io, pos) : -EAGAIN;
    int err = n == -EAGAIN && flags & O_APPEND ? ask_end(inode, pos) : 0;
    if (err != 0)
        return err;
    if (n == -EAGAIN)
        n = write_at(f, io, *pos);
    if (n <= 0)
        return n;
    *pos += (uint64_t)n;
    if (flags & O_DSYNC) { /* O_SYNC has its bit, too */
        err = inode->ops->sync_data(inode, false);
        return err != 0 ? err : n;
    }
    return n;
}

static ssize_t cached_write(struct file *f, struct io_cursor *io, uint64_t *pos)
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

/* Where data or a hole begins, as the server knows it. */
static int ask_data(struct inode *inode, off_t offset, int whence, off_t *base)
{
    uint64_t found = 0;
    if (offset < 0)
        return -ENXIO;
    int err = page_cache_write_back(inode, 0, PAGE_LAST);
    if (err == 0)
        err = inode->ops->find_data(inode, (uint64_t)offset, whence, &found);
    *base = (off_t)found;
    return err;
}

static off_t cached_seek(struct file *f, off_t offset, int whence)
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
            err = f->inode->ops->find_data != NULL
                      ? ask_data(f->inode, offset, whence, &base)
                      : find_data(size, offset, whence == SEEK_DATA, &base);
        offset = 0;
        break;
    default:
        err = -EINVAL;
    }
    if (err != 0)
        return err;
    return file_seek_from(f, base, offset);
}

static int cached_fsync(struct file *f, uint64_t from, uint64_t to, bool data_only)
{
    (void)page_cache_write_back(f->inode, from / PAGE_SIZE, (to - 1) / PAGE_SIZE); /* it is kept */
    int err = f->inode->ops->sync_data(f->inode, data_only), failed = page_cache_error(f);
    return failed != 0 ? failed : err;
}

static int cached_write_back(struct file *f, uint64_t from, uint64_t to)
{
    (void)page_cache_write_back(f->inode, from / PAGE_SIZE, (to - 1) / PAGE_SIZE);
    return page_cache_error(f);
}

/* Without a cache, a mapping cannot be for others to see: Linux's client says EINVAL, too. What is
 * mapped otherwise is the file as of now. */
static int cached_mmap(struct file *f, bool shared)
{
    struct inode *inode = f->inode;
    struct page_cache *c = page_cache_of(inode);
    bool storable = shared && writes(f);
    if (inode->sb->data_ns == 0 && storable)
        return -EINVAL;
    int err = page_cache_check(inode);
    if (err == 0 && storable)
        err = page_expiry_start();
    if (err != 0)
        return err;
    mutex_lock(&inode->lock); /* a write in progress has looked at these */
    store_relaxed(&c->mapped, true);
    if (storable) {
        store_relaxed(&c->storable, true);
        store_relaxed(&page_cache_stores, true);
    }
    mutex_unlock(&inode->lock);
    if (inode->sb->data_ns == 0)
        page_cache_drop(inode, 0, PAGE_LAST, DROP_CLEAN);
    return 0;
}

static int cached_truncate_file(struct file *f, uint64_t size)
{
    return vfs_truncate(f->inode, size);
}

/* Bytes [from, to) of a page that was made busy, if it is here, become zero. */
static void zero_part(const struct page_run *run, uint64_t from, uint64_t to)
{
    const struct cached_page *p = run->nr > 0 ? run->page[0] : NULL;
    if (p == NULL || p->frame == FRAME_NONE)
        return;
    uint64_t start = p->index * PAGE_SIZE;
    from = MAX(from, start);
    to = MIN(to, start + PAGE_SIZE);
    memset((char *)phys_to_virt(p->frame) + from - start, 0, to - from);
}

/* Bytes [from, to) become a hole at the server, and here: its first and last page have bytes
 * beside it, which the program may store meanwhile, so they are not written back until they have
 * the hole. inode->lock. */
static int punch(struct inode *inode, int mode, uint64_t from, uint64_t to)
{
    struct page_cache *c = page_cache_of(inode);
    uint64_t first = from / PAGE_SIZE, last = (to - 1) / PAGE_SIZE;
    struct cached_page places[2];
    struct page_run head, tail = {.nr = 0};
    int err = page_run_own(c, first, first, &places[0], &head);
    if (err != 0)
        return err;
    if (last != first)
        err = page_run_own(c, last, last, &places[1], &tail);
    if (err == 0)
        err = inode->ops->allocate(inode, mode, from, to - from);
    if (err == 0) {
        zero_part(&head, from, to);
        zero_part(&tail, from, to);
    }
    page_run_release(c, &tail);
    page_run_release(c, &head);
    if (err == 0 && last - first > 1)
        page_cache_drop(inode, first + 1, last - 1, DROP_ALL);
    return err;
}

/* inode->lock */
static int allocate(struct inode *inode, int mode, uint64_t from, uint64_t to)
{
    uint64_t size = load_relaxed(&inode->size);
    bool grows = !(mode & FALLOC_FL_KEEP_SIZE) && to > size;
    int err = grows ? size_limit_grow(size, to) : 0;
    if (err == 0)
        err = page_cache_write_back(inode, from / PAGE_SIZE, (to - 1) / PAGE_SIZE);
    if (err != 0)
        return err;
    err = mode & FALLOC_FL_PUNCH_HOLE ? punch(inode, mode, from, to)
                                      : inode->ops->allocate(inode, mode, from, to - from);
    if (err == 0 && grows) {
        page_cache_zero_end(inode);
        page_cache_grown(inode, to);
    } else if (err == 0) {
        page_cache_changed(inode);
    }
    return err;
}

static int cached_fallocate(struct file *f, int mode, uint64_t offset, uint64_t length)
{
    struct inode *inode = f->inode;
    if (inode->ops->allocate == NULL || mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
        return -EOPNOTSUPP;
    mutex_lock(&inode->lock);
    inode_change_begin(inode);
    int err = allocate(inode, mode, offset, offset + length);
    inode_change_end(inode);
    if (err == 0)
        inode_touch_modified(inode);
    mutex_unlock(&inode->lock);
    return err;
}

/* A descriptor is closed: others see what was stored. */
static int cached_flush(struct file *f)
{
    int err = locks_flush(f);
    if (!writes(f))
        return err;
    (void)page_cache_write_back(f->inode, 0, PAGE_LAST); /* the error is kept */
    return page_cache_error(f);
}

static void cached_release(struct file *f)
{
    if (writes(f)) /* mappings may have outlived the descriptors */
        (void)page_cache_write_back(f->inode, 0, PAGE_LAST); /* kept for who has it open still */
    f->inode->ops->close(f);
    vfs_file_release(f);
}

int cached_truncate(struct inode *inode, uint64_t size)
{
    int err = page_cache_make(inode);
    if (err != 0)
        return err;
    mutex_lock(&inode->lock);
    err = size_limit_grow(load_relaxed(&inode->size), size);
    if (err == 0)
        err = page_cache_resize(inode, size);
    if (err == 0)
        inode_touch_modified(inode);
    mutex_unlock(&inode->lock);
    return err;
}

const struct file_ops cached_file_ops = {
    .read = cached_read,
    .write = cached_write,
    .seek = cached_seek,
    .fsync = cached_fsync,
    .write_back = cached_write_back,
    .truncate = cached_truncate_file,
    .fallocate = cached_fallocate,
    .mmap = cached_mmap,
    .get_page = page_cache_get_page,
    .fault = vm_file_fault,
    .fill_page = page_cache_fill,
    .tracks_stores = true,
    .release = cached_release,
    .flush = cached_flush,
};
