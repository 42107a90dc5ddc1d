/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: handles of open files of the host, and the way of data between them and memory: the device
 * reads and writes the pages of the cache, or the application's, by itself.
 *
 * Lock: host_file.lock, a leaf but for what get() takes.
 */
#include "host_file.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "page_cache.h"
#include "vfs_internal.h"

void host_file_init(struct host_file *file, const struct host_ops *ops, const char *name)
{
    file->ops = ops;
    spin_init(&file->lock, name);
}

/* Adds a reference; NULL stays NULL. */
static void *shared(const struct host_file *file, void *handle)
{
    if (handle != NULL)
        file->ops->get(handle);
    return handle;
}

static void put(const struct host_file *file, void *handle)
{
    if (handle != NULL)
        file->ops->put(handle);
}

void host_file_free(struct host_file *file)
{
    put(file, file->open_read);
    put(file, file->open_write);
    put(file, file->open_append);
}

/* Uses a handle, whose reference it takes over, for what the inode is not open for yet. */
static void install(struct host_file *file, void *handle, bool read, bool write)
{
    unsigned long irq = spin_lock(&file->lock);
    if (read && file->open_read == NULL)
        file->open_read = shared(file, handle);
    if (write && file->open_write == NULL)
        file->open_write = shared(file, handle);
    spin_unlock(&file->lock, irq);
    file->ops->put(handle);
}

void host_file_keep(struct host_file *file, void *handle)
{
    install(file, handle, true, true);
}

bool host_file_is_open(struct host_file *file)
{
    unsigned long irq = spin_lock(&file->lock);
    bool open = file->nr_open > 0;
    spin_unlock(&file->lock, irq);
    return open;
}

void *host_file_writer(struct host_file *file)
{
    unsigned long irq = spin_lock(&file->lock);
    void *handle = shared(file, file->open_write);
    spin_unlock(&file->lock, irq);
    return handle;
}

void *host_file_any(struct host_file *file)
{
    unsigned long irq = spin_lock(&file->lock);
    void *handle = shared(file, file->open_write != NULL ? file->open_write : file->open_read);
    spin_unlock(&file->lock, irq);
    return handle;
}

/* What the host decides by who may open a file; not 0. */
static uint64_t rights_of(const struct inode *inode)
{
    return (uint64_t)load_relaxed(&inode->mode) << 48 ^ (uint64_t)load_relaxed(&inode->uid) << 24 ^
           load_relaxed(&inode->gid);
}

/* Whether a handle does for another opening: the host need not be asked who may do that. */
static bool serves(const void *handle, uint64_t then, uint64_t now)
{
    return handle != NULL && (then == now || then == 0);
}

/* Counts an open file; true if the inode is open already for what it needs. */
static bool join(struct host_file *file, uint64_t rights, bool read, bool write)
{
    unsigned long irq = spin_lock(&file->lock);
    file->nr_open++;
    bool there = (!read || serves(file->open_read, file->read_rights, rights)) &&
                 (!write || serves(file->open_write, file->write_rights, rights));
    spin_unlock(&file->lock, irq);
    return there;
}

static void note_rights(struct host_file *file, uint64_t rights, bool read, bool write)
{
    unsigned long irq = spin_lock(&file->lock);
    if (read)
        file->read_rights = rights;
    if (write)
        file->write_rights = rights;
    spin_unlock(&file->lock, irq);
}

bool host_file_close(struct host_file *file)
{
    void *read = NULL, *write = NULL, *append = NULL;
    unsigned long irq = spin_lock(&file->lock);
    bool last = --file->nr_open == 0;
    if (last) {
        read = file->open_read;
        write = file->open_write;
        append = file->open_append;
        file->open_read = file->open_write = file->open_append = NULL;
        file->appended = false;
        file->read_rights = file->write_rights = 0;
    }
    spin_unlock(&file->lock, irq);
    put(file, read);
    put(file, write);
    put(file, append);
    return last;
}

int host_file_open(struct host_file *file, struct file *f)
{
    unsigned mode = load_relaxed(&f->flags) & O_ACCMODE;
    bool read = mode != O_WRONLY, write = mode != O_RDONLY;
    uint64_t rights = rights_of(f->inode);
    void *handle;
    int err = 0;
    if (!join(file, rights, read, write)) {
        err = file->ops->open(f->inode, mode, &handle);
        if (err == 0)
            install(file, handle, read, write);
    }
    if (err == 0)
        note_rights(file, rights, read, write);
    if (err == 0)
        err = page_cache_open(f->inode);
    if (err == 0)
        page_cache_error_start(f);
    return err;
}

int host_node_open(struct file *f)
{
    return inode_type(f->inode) == S_IFIFO ? fifo_open(f) : device_open(f);
}

void host_inode_ops_set(struct inode *inode, const struct host_inode_ops *ops)
{
    switch (inode_type(inode)) {
    case S_IFDIR:
        inode->ops = ops->dir;
        inode->fops = &dir_file_ops;
        break;
    case S_IFREG:
        inode->ops = ops->file;
        inode->fops = &cached_file_ops;
        break;
    case S_IFLNK:
        inode->ops = ops->link;
        break;
    default:
        inode->ops = ops->node;
        inode->fops = &none_file_ops;
    }
}

/* The handle to transfer data by, with a reference. */
static int data_handle(struct host_file *file, struct inode *inode, bool write, void **handle)
{
    unsigned long irq = spin_lock(&file->lock);
    *handle = shared(file, write ? file->open_write : file->open_read);
    bool open = file->nr_open > 0;
    spin_unlock(&file->lock, irq);
    if (*handle != NULL)
        return 0;
    int err = file->ops->open(inode, write ? O_WRONLY : O_RDONLY, handle);
    if (err == 0 && open)
        install(file, shared(file, *handle), !write, write);
    return err;
}

/* The handle to append by, with a reference. −EAGAIN: there is none, and write_data() does as well,
 * as for the first bytes since the file was opened, for which none is opened. */
static int append_handle(struct host_file *file, struct inode *inode, void **handle)
{
    unsigned long irq = spin_lock(&file->lock);
    *handle = shared(file, file->open_append);
    bool worth_it = file->appended;
    file->appended = true;
    spin_unlock(&file->lock, irq);
    if (*handle != NULL)
        return 0;
    if (!worth_it || file->ops->open(inode, O_WRONLY | O_APPEND, handle) != 0)
        return -EAGAIN;
    irq = spin_lock(&file->lock);
    if (file->nr_open > 0 && file->open_append == NULL)
        file->open_append = shared(file, *handle);
    spin_unlock(&file->lock, irq);
    return 0;
}

/* Memory of one request: parts as the device gets them, and the pages of the application that are
 * pinned for it. */
struct gathering {
    unsigned nr, nr_pinned, nr_max;
    size_t size; /* bytes in all */
    struct virtq_part *parts;
    struct vm_pinned *pinned;
};

/* Appends memory, to the last part if it continues there. False: there is no room. */
static bool append(struct gathering *g, paddr_t address, size_t length)
{
    struct virtq_part *end = g->parts + g->nr;
    if (g->nr > 0 && end[-1].address + end[-1].length == address) {
        end[-1].length += (uint32_t)length;
    } else {
        if (g->nr == g->nr_max)
            return false;
        *end = (struct virtq_part){address, (uint32_t)length};
        g->nr++;
    }
    g->size += length;
    return true;
}

/* Appends up to `max` bytes of the cursor's first segment, and advances it. 0, −EFAULT, or −EAGAIN:
 * there is no room. */
static int gather_some(struct gathering *g, struct io_cursor *io, size_t max, bool device_writes)
{
    size_t n = MIN(max, io->segment->length - io->skip);
    uintptr_t at = io->segment->base + io->skip;
    if (n > 0 && io->user) {
        struct vm_pinned *p = &g->pinned[g->nr_pinned];
        if (g->nr_pinned == g->nr_max)
            return -EAGAIN;
        if (vm_pin(at, n, device_writes, p) != 0)
            return -EFAULT;
        g->nr_pinned++;
        n = p->length;
        at = (uintptr_t)phys_to_virt(p->address);
    }
    if (n > 0 && !append(g, virt_to_phys((void *)at), n))
        return -EAGAIN;
    io_advance(io, n);
    return 0;
}

/* Collects up to `max` bytes of the cursor's memory. 0, or −EFAULT: there is none. */
static int gather(struct gathering *g, struct io_cursor io, size_t max, bool device_writes)
{
    int err = 0;
    while (err == 0 && io.left > 0 && g->size < max)
        err = gather_some(g, &io, MIN(io.left, max - g->size), device_writes);
    return g->size > 0 ? 0 : err;
}

static void release(struct gathering *g)
{
    for (unsigned i = 0; i < g->nr_pinned; i++)
        vm_unpin(&g->pinned[i]);
    g->nr = g->nr_pinned = 0;
    g->size = 0;
}

/* The device has stored the first n bytes of a transfer, into pages that may have been written
 * back, or have left their file, since they were pinned. */
static void stored(const struct gathering *g, size_t n)
{
    for (unsigned i = 0; i < g->nr_pinned && n > 0; i++) {
        size_t piece = MIN(n, g->pinned[i].length);
        vm_pin_stored(&g->pinned[i], piece);
        n -= piece;
    }
}

/* A transfer under way. */
struct moving {
    const struct host_ops *ops;
    void *handle;
    struct gathering memory;
    size_t bytes_max; /* of one request */
    bool write;
};

/* One request. Bytes or −errno. */
static ssize_t move_once(struct moving *m, struct io_cursor *io, uint64_t pos)
{
    struct gathering *g = &m->memory;
    ssize_t n = gather(g, *io, m->bytes_max, !m->write);
    if (n == 0) /* the cache waits, whatever signals come */
        n = m->ops->move(m->handle, pos,
                         &(struct host_transfer){g->parts, g->nr, g->size, m->write, !io->user});
    if (n > 0 && !m->write && io->user && load_relaxed(&page_cache_stores))
        stored(g, (size_t)n);
    release(g);
    if (n > 0)
        io_advance(io, (size_t)n);
    return n;
}

static ssize_t move_all(struct moving *m, struct io_cursor *io, uint64_t pos)
{
    ssize_t done = 0, n = 1;
    while (io->left > 0 && n > 0) {
        n = move_once(m, io, pos + (uint64_t)done);
        if (n == 0 && m->write)
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

static ssize_t move_by(struct host_file *file, void *handle, struct inode *inode,
                       struct io_cursor *io, uint64_t pos, bool write)
{
    struct moving m = {.ops = file->ops, .handle = handle, .write = write};
    unsigned nr;
    file->ops->limits(inode, &m.bytes_max, &nr);
    nr = MIN(pages_of(io->left) + io->nr_segments, nr);
    m.memory.nr_max = nr;
    m.memory.pinned =
        kmalloc_for(nr * (sizeof(*m.memory.pinned) + sizeof(*m.memory.parts)), FRAME_FAULT);
    if (m.memory.pinned == NULL)
        return -ENOMEM;
    m.memory.parts = (struct virtq_part *)(m.memory.pinned + nr);
    ssize_t n = move_all(&m, io, pos);
    kfree(m.memory.pinned);
    return n;
}

ssize_t host_file_move(struct host_file *file, struct inode *inode, struct io_cursor *io,
                       uint64_t pos, bool write)
{
    void *handle;
    if (io->left == 0)
        return 0;
    int err = data_handle(file, inode, write, &handle);
    if (err != 0)
        return err;
    ssize_t n = move_by(file, handle, inode, io, pos, write);
    file->ops->put(handle);
    return n;
}

ssize_t host_file_append(struct host_file *file, struct inode *inode, struct io_cursor *io)
{
    void *handle;
    int err = append_handle(file, inode, &handle);
    if (err != 0)
        return err;
    ssize_t n = move_by(file, handle, inode, io, load_relaxed(&inode->size), true);
    file->ops->put(handle);
    return n;
}

int host_file_sync(struct host_file *file, bool data_only)
{
    void *handle = host_file_any(file);
    if (handle == NULL)
        return 0; /* closed: nothing was written since */
    int err = file->ops->sync(handle, data_only);
    file->ops->put(handle);
    return err;
}
