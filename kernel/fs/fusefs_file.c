/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: handles of open files and folders of virtio-fs, and what host_file.c needs of the
 * protocol. No locks. */
#include "fusefs.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "vfs_internal.h"

#define REQUEST(...) (&(struct fuse_request){__VA_ARGS__})

struct fuse_handle {
    _Atomic unsigned refs;
    bool opened;
    struct fuse_client *client;
    uint64_t node, number; /* the server's, once it is opened */
    struct fuse_farewell *release;
};

struct fuse_handle *fuse_handle_new(struct fuse_client *client, enum fuse_opcode release)
{
    struct fuse_handle *h = kzalloc(sizeof(*h));
    if (h == NULL)
        return NULL;
    store_relaxed(&h->refs, 1);
    h->client = client;
    h->release = fuse_farewell_new(client, release);
    if (h->release != NULL)
        return h;
    kfree(h);
    return NULL;
}

void fuse_handle_opened(struct fuse_handle *h, uint64_t node, uint64_t number)
{
    h->opened = true;
    h->node = h->release->in.nodeid = node;
    h->number = h->release->args.release.fh = number;
}

uint64_t fuse_handle_number(const struct fuse_handle *h)
{
    return h->number;
}

static void get_handle(void *handle)
{
    struct fuse_handle *h = handle;
    add_relaxed(&h->refs, 1); /* the caller has a reference */
}

void fuse_handle_put(struct fuse_handle *h)
{
    /* Release: this holder's use. Acquire: the last put comes after all of them. */
    if (atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (h->opened)
        fuse_farewell_send(h->release);
    else
        fuse_farewell_free(h->release);
    kfree(h);
}

static void put_handle(void *handle)
{
    fuse_handle_put(handle);
}

int fuse_handle_open(struct inode *inode, enum fuse_opcode how, unsigned flags,
                     struct fuse_handle **handle)
{
    struct fuse_share *share = fuse_inode(inode)->share;
    struct fuse_open_in in = {.flags = flags | O_LARGEFILE};
    struct fuse_open_out out;
    const struct fuse_request open = {.opcode = how,
                                      .node = inode->ino,
                                      .in = {{&in, sizeof(in)}},
                                      .out = &out,
                                      .out_size = sizeof(out)};
    struct fuse_handle *h =
        fuse_handle_new(share->client, how == FUSE_OPENDIR ? FUSE_RELEASEDIR : FUSE_RELEASE);
    if (h == NULL)
        return -ENOMEM;
    fuse_make_room(share);
    ssize_t n = fuse_ask(share->client, &open);
    if (fuse_out_of_files(share, n))
        n = fuse_ask(share->client, &open);
    if (n < 0) {
        fuse_handle_put(h);
        return (int)n;
    }
    fuse_handle_opened(h, inode->ino, out.fh);
    *handle = h;
    return 0;
}

static int open_handle(struct inode *inode, unsigned mode, void **handle)
{
    struct fuse_handle *h = NULL;
    int err = fuse_handle_open(inode, FUSE_OPEN, mode, &h);
    *handle = h;
    return err;
}

static ssize_t read_once(struct fuse_handle *h, uint64_t pos, const struct host_transfer *t)
{
    struct fuse_read_in in = {.fh = h->number, .offset = pos, .size = (uint32_t)t->size};
    return fuse_ask(h->client,
                    REQUEST(.opcode = FUSE_READ, .node = h->node, .in = {{&in, sizeof(in)}},
                            .data = t->parts, .nr_data = t->nr, .device_writes = true,
                            .patient = t->patient));
}

static ssize_t write_once(struct fuse_handle *h, uint64_t pos, const struct host_transfer *t)
{
    struct fuse_write_in in = {.fh = h->number, .offset = pos, .size = (uint32_t)t->size};
    struct fuse_write_out out;
    ssize_t n =
        fuse_ask(h->client, REQUEST(.opcode = FUSE_WRITE, .node = h->node,
                                    .in = {{&in, sizeof(in)}}, .out = &out, .out_size = sizeof(out),
                                    .data = t->parts, .nr_data = t->nr, .patient = t->patient));
    if (n < 0)
        return n;
    return out.size <= t->size ? (ssize_t)out.size : -EIO;
}

static ssize_t move(void *handle, uint64_t pos, const struct host_transfer *t)
{
    return t->write ? write_once(handle, pos, t) : read_once(handle, pos, t);
}

int fuse_handle_sync(struct fuse_handle *h, enum fuse_opcode how, bool data_only)
{
    struct fuse_fsync_in in = {.fh = h->number,
                               .fsync_flags = data_only ? FUSE_FSYNC_FDATASYNC : 0};
    return (int)fuse_ask(h->client,
                         REQUEST(.opcode = how, .node = h->node, .in = {{&in, sizeof(in)}}));
}

static int sync_handle(void *handle, bool data_only)
{
    return fuse_handle_sync(handle, FUSE_FSYNC, data_only);
}

static void limits(struct inode *inode, size_t *bytes, unsigned *parts)
{
    const struct fuse_client *client = fuse_client_of(inode);
    *bytes = fuse_io_max(client);
    *parts = fuse_parts_max(client);
}

const struct host_ops fuse_host_ops = {get_handle, put_handle,  open_handle,
                                       move,       sync_handle, limits};

int fuse_open_file(struct file *f)
{
    struct host_file *file = &fuse_inode(f->inode)->file;
    int err = host_file_open(file, f);
    if (err != 0)
        (void)host_file_close(file);
    return err;
}

void fuse_close_file(struct file *f)
{
    (void)host_file_close(&fuse_inode(f->inode)->file);
}

ssize_t fuse_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    return host_file_move(&fuse_inode(inode)->file, inode, io, pos, false);
}

ssize_t fuse_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    ssize_t n = host_file_move(&fuse_inode(inode)->file, inode, io, pos, true);
    fuse_out_of_date(inode); /* size and times have changed */
    return n;
}

ssize_t fuse_append_data(struct inode *inode, struct io_cursor *io)
{
    ssize_t n = host_file_append(&fuse_inode(inode)->file, inode, io);
    fuse_out_of_date(inode);
    return n;
}

int fuse_sync_data(struct inode *inode, bool data_only)
{
    return host_file_sync(&fuse_inode(inode)->file, data_only);
}

/* The caller has the file open for writing. */
int fuse_allocate(struct inode *inode, int mode, uint64_t offset, uint64_t length)
{
    struct fuse_handle *h = host_file_writer(&fuse_inode(inode)->file);
    if (h == NULL)
        return -EBADF;
    struct fuse_fallocate_in in = {
        .fh = h->number, .offset = offset, .length = length, .mode = (uint32_t)mode};
    ssize_t n = fuse_ask(
        h->client, REQUEST(.opcode = FUSE_FALLOCATE, .node = h->node, .in = {{&in, sizeof(in)}}));
    fuse_handle_put(h);
    fuse_out_of_date(inode);
    return n == -ENOSYS ? -EOPNOTSUPP : (int)n;
}

int fuse_find_data(struct inode *inode, uint64_t offset, int whence, uint64_t *found)
{
    struct fuse_handle *h = host_file_any(&fuse_inode(inode)->file);
    struct fuse_lseek_out out;
    if (h == NULL)
        return -EBADF;
    struct fuse_lseek_in in = {.fh = h->number, .offset = offset, .whence = (uint32_t)whence};
    ssize_t n = fuse_ask(h->client,
                         REQUEST(.opcode = FUSE_LSEEK, .node = h->node, .in = {{&in, sizeof(in)}},
                                 .out = &out, .out_size = sizeof(out)));
    fuse_handle_put(h);
    *found = n >= 0 ? out.offset : 0;
    return (int)MIN(n, 0);
}
