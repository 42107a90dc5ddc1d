/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open files of the host, and the way of data between them and memory: the device reads and
 * writes the pages of the cache, or the application's, by itself. All open files of an inode share
 * one fid for reading and one for writing (struct p9_inode, its lock).
 */
#include "p9fs.h"

#include <arch/layout.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "page_cache.h"
#include "vfs_internal.h"

/* Adds a reference; NULL stays NULL. */
static struct p9_fid *shared(struct p9_fid *fid)
{
    if (fid != NULL)
        p9_fid_get(fid);
    return fid;
}

static void put(struct p9_fid *fid)
{
    if (fid != NULL)
        p9_fid_put(fid);
}

/* A fid that is opened as the flags say. 0 or −errno; −ESTALE: the file is not where it was, and
 * what has its name now may be another. */
static int open_fid(struct p9_inode *pi, unsigned flags, struct p9_fid **fid)
{
    struct p9_qid qid;
    struct p9_fid *path = p9_path(pi);
    int err = p9_walk(path, NULL, 0, fid, &qid);
    p9_fid_put(path);
    if (err == 0) {
        err = p9_lopen(*fid, flags | O_LARGEFILE | O_NOFOLLOW, &qid);
        if (err == 0 && (qid.path != pi->inode.ino || qid.type & (P9_QID_DIR | P9_QID_LINK)))
            err = -ESTALE; /* a number may be used again, even for a folder */
        if (err != 0)
            p9_fid_put(*fid);
    }
    return err == -ENOENT ? -ESTALE : err;
}

/* Uses `fid`, whose reference it takes over, for what the inode is not open for yet. */
static void install(struct p9_inode *pi, struct p9_fid *fid, bool read, bool write)
{
    unsigned long irq = spin_lock(&pi->lock);
    if (read && pi->open_read == NULL)
        pi->open_read = shared(fid);
    if (write && pi->open_write == NULL)
        pi->open_write = shared(fid);
    spin_unlock(&pi->lock, irq);
    p9_fid_put(fid);
}

void p9_keep_open(struct p9_inode *pi, struct p9_fid *fid)
{
    install(pi, fid, true, true);
}

/* Counts an open file; true if the inode is open already for what it needs. */
static bool join(struct p9_inode *pi, bool read, bool write)
{
    unsigned long irq = spin_lock(&pi->lock);
    pi->nr_open++;
    bool there = (!read || pi->open_read != NULL) && (!write || pi->open_write != NULL);
    spin_unlock(&pi->lock, irq);
    return there;
}

/* Counts an open file less; the last one closes the file at the server. */
static void leave(struct p9_inode *pi)
{
    struct p9_fid *read = NULL, *write = NULL;
    unsigned long irq = spin_lock(&pi->lock);
    bool last = --pi->nr_open == 0;
    if (last) {
        read = pi->open_read;
        write = pi->open_write;
        pi->open_read = pi->open_write = NULL;
    }
    spin_unlock(&pi->lock, irq);
    put(read);
    put(write);
    if (last)
        p9_hidden_remove(pi);
}

int p9_open_file(struct file *f)
{
    struct p9_inode *pi = p9_inode(f->inode);
    unsigned mode = load_relaxed(&f->flags) & O_ACCMODE;
    bool read = mode != O_WRONLY, write = mode != O_RDONLY;
    struct p9_fid *fid;
    int err = 0;
    if (!join(pi, read, write)) {
        err = open_fid(pi, mode, &fid);
        if (err == 0)
            install(pi, fid, read, write);
    }
    if (err == 0)
        err = page_cache_open(f->inode);
    if (err == 0)
        page_cache_error_start(f);
    else
        leave(pi);
    return err;
}

void p9_close_file(struct file *f)
{
    leave(p9_inode(f->inode));
}

/*
 * The fid to transfer data by, with a reference. Page faults and write-back may come when nobody
 * has the file open for that any more.
 */
static int data_fid(struct p9_inode *pi, bool write, struct p9_fid **fid)
{
    unsigned long irq = spin_lock(&pi->lock);
    *fid = shared(write ? pi->open_write : pi->open_read);
    bool open = pi->nr_open > 0;
    spin_unlock(&pi->lock, irq);
    if (*fid != NULL)
        return 0;
    int err = open_fid(pi, write ? O_WRONLY : O_RDONLY, fid);
    if (err == 0 && open)
        install(pi, shared(*fid), !write, write);
    return err;
}

/* Memory of one message: parts as the device gets them, and the pages of the application that are
 * pinned for it. */
struct transfer {
    unsigned nr, nr_pinned, nr_max;
    size_t size; /* bytes in all */
    struct virtq_part *parts;
    struct vm_pinned *pinned;
};

/* Appends memory, to the last part if it continues there. False: there is no room. */
static bool append(struct transfer *t, paddr_t address, size_t length)
{
    struct virtq_part *end = t->parts + t->nr;
    if (t->nr > 0 && end[-1].address + end[-1].length == address) {
        end[-1].length += (uint32_t)length;
    } else {
        if (t->nr == t->nr_max)
            return false;
        *end = (struct virtq_part){address, (uint32_t)length};
        t->nr++;
    }
    t->size += length;
    return true;
}

/* Appends up to `max` bytes of the cursor's first segment, and advances it. 0, −EFAULT, or −EAGAIN:
 * there is no room. */
static int gather_some(struct transfer *t, struct io_cursor *io, size_t max, bool device_writes)
{
    size_t n = MIN(max, io->segment->length - io->skip);
    uintptr_t at = io->segment->base + io->skip;
    if (n > 0 && io->user) {
        struct vm_pinned *p = &t->pinned[t->nr_pinned];
        if (t->nr_pinned == t->nr_max)
            return -EAGAIN;
        if (vm_pin(at, n, device_writes, p) != 0)
            return -EFAULT;
        t->nr_pinned++;
        n = p->length;
        at = (uintptr_t)phys_to_virt(p->address);
    }
    if (n > 0 && !append(t, virt_to_phys((void *)at), n))
        return -EAGAIN;
    io_advance(io, n);
    return 0;
}

/* Collects up to `max` bytes of the cursor's memory. 0, or −EFAULT: there is none. */
static int gather(struct transfer *t, struct io_cursor io, size_t max, bool device_writes)
{
    int err = 0;
    while (err == 0 && io.left > 0 && t->size < max)
        err = gather_some(t, &io, MIN(io.left, max - t->size), device_writes);
    return t->size > 0 ? 0 : err;
}

static void release(struct transfer *t)
{
    for (unsigned i = 0; i < t->nr_pinned; i++)
        vm_unpin(&t->pinned[i]);
    t->nr = t->nr_pinned = 0;
    t->size = 0;
}

/* The device has stored the first n bytes of a transfer, into pages that may have been written
 * back, or have left their file, since they were pinned. */
static void stored(const struct transfer *t, size_t n)
{
    for (unsigned i = 0; i < t->nr_pinned && n > 0; i++) {
        size_t piece = MIN(n, t->pinned[i].length);
        vm_pin_stored(&t->pinned[i], piece);
        n -= piece;
    }
}

/* One message. Bytes or −errno. */
static ssize_t move_once(struct p9_inode *pi, struct p9_fid *fid, struct transfer *t,
                         struct io_cursor *io, uint64_t pos, bool write)
{
    ssize_t n = gather(t, *io, p9_io_max(pi->share->client), !write);
    if (n == 0)
        n = write ? p9_write(fid, pos, t->parts, t->nr, !io->user) /* the cache waits */
                  : p9_read(fid, pos, t->parts, t->nr, !io->user);
    if (n > 0 && !write && io->user && load_relaxed(&page_cache_stores))
        stored(t, (size_t)n);
    release(t);
    if (n > 0)
        io_advance(io, (size_t)n);
    return n;
}

static ssize_t move_all(struct p9_inode *pi, struct p9_fid *fid, struct transfer *t,
                        struct io_cursor *io, uint64_t pos, bool write)
{
    ssize_t done = 0, n = 1;
    while (io->left > 0 && n > 0) {
        n = move_once(pi, fid, t, io, pos + (uint64_t)done, write);
        if (n == 0 && write)
            n = -EIO;
        if (n > 0)
            done += n;
    }
    return done > 0 ? done : n;
}

/* Pages that n bytes can lie in, whatever their offset. */
static unsigned pages_of(size_t n)
{
    return (unsigned)MIN(n / PAGE_SIZE + 2, UINT16_MAX);
}

static ssize_t move(struct inode *inode, struct io_cursor *io, uint64_t pos, bool write)
{
    struct p9_inode *pi = p9_inode(inode);
    struct p9_client *client = pi->share->client;
    struct p9_fid *fid;
    if (io->left == 0)
        return 0;
    unsigned nr = MIN(pages_of(io->left) + io->nr_segments, p9_parts_max(client));
    struct transfer t = {.nr_max = nr};
    t.pinned = kmalloc_for(nr * (sizeof(*t.pinned) + sizeof(*t.parts)), FRAME_FAULT);
    if (t.pinned == NULL)
        return -ENOMEM;
    t.parts = (struct virtq_part *)(t.pinned + nr);
    ssize_t n = data_fid(pi, write, &fid);
    if (n == 0) {
        n = move_all(pi, fid, &t, io, pos, write);
        p9_fid_put(fid);
    }
    kfree(t.pinned);
    return n;
}

ssize_t p9_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    return move(inode, io, pos, false);
}

ssize_t p9_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    ssize_t n = move(inode, io, pos, true);
    store_relaxed(&p9_inode(inode)->asked, 0); /* size and times have changed */
    return n;
}

int p9_sync_data(struct inode *inode, bool data_only)
{
    struct p9_inode *pi = p9_inode(inode);
    unsigned long irq = spin_lock(&pi->lock);
    struct p9_fid *fid = shared(pi->open_write != NULL ? pi->open_write : pi->open_read);
    spin_unlock(&pi->lock, irq);
    if (fid == NULL)
        return 0; /* closed: nothing was written since */
    int err = p9_fsync(fid, data_only);
    p9_fid_put(fid);
    return err;
}
