/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: regular files of the overlay. One whose data are in memory is a file of the memory file
 * system in all but its name: its open files have that one's operations. Another is read from an
 * open file of what is below (f->private), and copied up when it is opened for writing or cut.
 *
 * What was opened for reading before sees the copy from then on. Not so a mapping: it is one of the
 * file below, as with overlayfs.
 *
 * Lock: inode->lock for the copy; what is read comes to pages that nobody looks at before `copied`
 * is set.
 */
#include "overlay.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/locks.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"

#define PIECE 32U /* pages of one request */

/* Of a file that could not be opened: its file system has nothing to release. */
static const struct file_ops failed_file_ops = {.release = vfs_file_release};

int overlay_open_below(struct overlay_inode *o, struct dentry *d, struct file **file)
{
    struct inode *inode = o->below;
    struct file *f = file_alloc(inode->fops, O_RDONLY | O_LARGEFILE);
    if (f == NULL)
        return -ENOMEM;
    inode_get(inode);
    f->inode = inode;
    f->dentry = d;
    if (d != NULL)
        dentry_get(d);
    int err = inode->ops->open(f);
    if (err != 0) {
        f->ops = &failed_file_ops;
        file_put(f);
        return err;
    }
    *file = f;
    return 0;
}

/* Pages on their way up. */
struct piece {
    unsigned nr;
    paddr_t frame[PIECE];
    struct io_segment segment[PIECE];
};

static void free_piece(struct inode *inode, const struct piece *p)
{
    for (unsigned i = 0; i < p->nr; i++)
        ramfs_free_page(inode, p->frame[i]);
}

static int alloc_piece(struct inode *inode, uint64_t first, unsigned nr, struct piece *p)
{
    for (p->nr = 0; p->nr < nr; p->nr++) {
        if (ramfs_new_page(inode, first + p->nr, true, 0, &p->frame[p->nr]) != 0) {
            free_piece(inode, p);
            return -ENOSPC;
        }
        uintptr_t address = (uintptr_t)phys_to_virt(p->frame[p->nr]);
        p->segment[p->nr] = (struct io_segment){address, PAGE_SIZE};
    }
    return 0;
}

static bool is_zero(const struct io_segment *page)
{
    const uint64_t *word = (const uint64_t *)page->base;
    for (size_t i = 0; i < PAGE_SIZE / sizeof(*word); i++)
        if (word[i] != 0)
            return false;
    return true;
}

/* The pages become the file's; zeros stay a hole. */
static int insert_piece(struct inode *inode, uint64_t first, const struct piece *p)
{
    int err = 0;
    for (unsigned i = 0; i < p->nr; i++) {
        paddr_t frame = p->frame[i];
        if (err != 0 || is_zero(&p->segment[i])) {
            ramfs_free_page(inode, frame);
            continue;
        }
        err = ramfs_insert(inode, first + i, &frame);
        if (err == 0)
            frame_put(frame, 0);
    }
    return err != 0 ? -ENOSPC : 0;
}

/* Copies up to PIECE pages at `pos`; bytes from `size` on are zero. */
static int copy_piece(struct overlay_inode *o, uint64_t pos, uint64_t size)
{
    struct inode *inode = &o->inode;
    struct piece p = {0};
    size_t n = MIN(size - pos, PIECE * PAGE_SIZE);
    int err = alloc_piece(inode, pos / PAGE_SIZE, (unsigned)((n + PAGE_SIZE - 1) / PAGE_SIZE), &p);
    if (err != 0)
        return err;
    p.segment[p.nr - 1].length -= p.nr * PAGE_SIZE - n;
    struct io_cursor io = {p.segment, p.nr, 0, n, false};
    ssize_t got = o->below->ops->read_data(o->below, &io, pos);
    if (got < 0) {
        free_piece(inode, &p);
        return (int)got;
    }
    p.segment[p.nr - 1].length = PAGE_SIZE;
    return insert_piece(inode, pos / PAGE_SIZE, &p);
}

/* There may be no room at all: then nothing is read. Holes take none. */
static int check_room(const struct overlay_inode *o, uint64_t size)
{
    const struct super_block *sb = o->inode.sb;
    uint64_t used = load_relaxed(&sb->used_pages);
    struct frame_stats mem;
    struct statx st;
    int err = inode_stat(o->below, &st);
    if (err != 0)
        return err;
    uint64_t need = (MIN(size, st.stx_blocks * 512) + PAGE_SIZE - 1) / PAGE_SIZE;
    frame_stats(&mem);
    bool fits = sb->max_pages == 0 || (used <= sb->max_pages && need <= sb->max_pages - used);
    return fits && need <= mem.total / PAGE_SIZE ? 0 : -ENOSPC;
}

/* All bytes up to `size`, or none. */
static int copy_data(struct overlay_inode *o, uint64_t size)
{
    struct file *below;
    int err = size > 0 ? overlay_open_below(o, NULL, &below) : 0;
    if (err != 0 || size == 0)
        return err;
    for (uint64_t pos = 0; err == 0 && pos < size; pos += PIECE * PAGE_SIZE) {
        err = copy_piece(o, pos, size);
        if (err == 0 && cond_resched())
            err = -EINTR; /* the process is ending */
    }
    file_put(below);
    if (err != 0)
        ramfs_drop_pages(&o->inode);
    return err;
}

/* The file is in memory, and no longer than `size`, from now on. inode->lock. 0 or −errno, and
 * nothing has changed. */
static int overlay_copy_up(struct overlay_inode *o, uint64_t size)
{
    struct inode *inode = &o->inode;
    if (overlay_is_copied(o))
        return 0;
    size = MIN(size, load_relaxed(&inode->size));
    int err = check_room(o, size);
    if (err == 0)
        err = copy_data(o, size);
    if (err != 0)
        return err;
    overlay_pin(o);
    store_relaxed(&inode->size, size);
    atomic_store_explicit(&o->copied, true, memory_order_release); /* pairs: overlay_is_copied() */
    return 0;
}

int overlay_truncate(struct inode *inode, uint64_t size)
{
    mutex_lock(&inode->lock);
    int err = overlay_copy_up(overlay_inode(inode), size);
    mutex_unlock(&inode->lock);
    return err != 0 ? err : ramfs_truncate(inode, size);
}

int overlay_open_file(struct file *f)
{
    struct overlay_inode *o = overlay_inode(f->inode);
    unsigned flags = load_relaxed(&f->flags);
    int err = 0;
    if ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC) {
        mutex_lock(&f->inode->lock);
        err = overlay_copy_up(o, flags & O_TRUNC ? 0 : UINT64_MAX);
        mutex_unlock(&f->inode->lock);
    }
    if (err != 0)
        return err;
    if (overlay_is_copied(o)) {
        f->ops = &ramfs_file_ops;
        return 0;
    }
    struct file *below;
    err = overlay_open_below(o, f->dentry, &below);
    if (err == 0)
        f->private = below;
    return err;
}

void overlay_advise(struct inode *inode, uint64_t from, uint64_t to, int advice)
{
    const struct overlay_inode *o = overlay_inode(inode);
    if (!overlay_is_copied(o) && o->below->ops->advise != NULL)
        o->below->ops->advise(o->below, from, to, advice);
}

/* The rest is about files that were opened before the copy. */

static ssize_t overlay_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct file *below = f->private;
    if (overlay_is_copied(overlay_inode(f->inode)))
        return ramfs_file_ops.read(f, io, pos);
    return below->ops->read(below, io, pos);
}

/* f->pos_lock protects the position of the file below, too. */
static off_t overlay_seek(struct file *f, off_t offset, int whence)
{
    struct file *below = f->private;
    if (overlay_is_copied(overlay_inode(f->inode)))
        return ramfs_file_ops.seek(f, offset, whence);
    below->pos = f->pos;
    off_t pos = below->ops->seek(below, offset, whence);
    if (pos >= 0)
        f->pos = below->pos;
    return pos;
}

static int overlay_fsync(struct file *f, uint64_t from, uint64_t to, bool data_only)
{
    (void)f, (void)from, (void)to, (void)data_only; /* what is written is in memory */
    return 0;
}

static int overlay_mmap(struct file *f, bool shared)
{
    struct file *below = f->private;
    return below->ops->mmap != NULL ? below->ops->mmap(below, shared) : 0;
}

static int overlay_get_page(struct file *f, uint64_t index, bool write, paddr_t *frame)
{
    struct file *below = f->private;
    return below->ops->get_page(below, index, write, frame);
}

static int overlay_fill_page(struct inode *inode, uint64_t index)
{
    struct inode *below = overlay_inode(inode)->below;
    return below->fops->fill_page(below, index);
}

static const struct inode *overlay_mapped(const struct file *f)
{
    return overlay_inode(f->inode)->below;
}

static void overlay_release(struct file *f)
{
    file_put(f->private);
    vfs_file_release(f);
}

const struct file_ops overlay_file_ops = {
    .read = overlay_read,
    .seek = overlay_seek,
    .fsync = overlay_fsync,
    .mmap = overlay_mmap,
    .get_page = overlay_get_page,
    .fault = vm_file_fault,
    .fill_page = overlay_fill_page,
    .mapped = overlay_mapped,
    .release = overlay_release,
    .flush = locks_flush,
};
