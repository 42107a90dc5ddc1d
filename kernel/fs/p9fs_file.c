/* SPDX-License-Identifier: BSD-3-Clause */
/* Open files of the host by 9P: what host_file.c needs of the protocol. No state of its own. */
#include "p9fs.h"

#include <linux/errno.h>
#include <linux/fcntl.h>

#include "vfs_internal.h"

static void get_fid(void *handle)
{
    p9_fid_get(handle);
}

static void put_fid(void *handle)
{
    p9_fid_put(handle);
}

/* −ESTALE: the file is not where it was, and what has its name now may be another. */
static int open_fid(struct inode *inode, unsigned mode, void **handle)
{
    struct p9_qid qid;
    struct p9_fid *fid, *path = p9_path(p9_inode(inode));
    int err = p9_walk(path, NULL, 0, &fid, &qid);
    p9_fid_put(path);
    if (err == 0) {
        err = p9_lopen(fid, mode | O_LARGEFILE | O_NOFOLLOW, &qid);
        if (err == 0 && (qid.path != inode->ino || qid.type & (P9_QID_DIR | P9_QID_LINK)))
            err = -ESTALE; /* a number may be used again, even for a folder */
        if (err != 0)
            p9_fid_put(fid);
        *handle = fid;
    }
    return err == -ENOENT ? -ESTALE : err;
}

static ssize_t move(void *handle, uint64_t pos, const struct host_transfer *t)
{
    return t->write ? p9_write(handle, pos, t->parts, t->nr, t->patient)
                    : p9_read(handle, pos, t->parts, t->nr, t->patient);
}

static int sync_fid(void *handle, bool data_only)
{
    return p9_fsync(handle, data_only);
}

static void limits(struct inode *inode, size_t *bytes, unsigned *parts)
{
    const struct p9_client *client = p9_inode(inode)->share->client;
    *bytes = p9_io_max(client);
    *parts = p9_parts_max(client);
}

const struct host_ops p9_host_ops = {get_fid, put_fid, open_fid, move, sync_fid, limits};

int p9_open_file(struct file *f)
{
    struct p9_inode *pi = p9_inode(f->inode);
    int err = host_file_open(&pi->file, f);
    if (err != 0)
        p9_close_file(f);
    return err;
}

void p9_close_file(struct file *f)
{
    struct p9_inode *pi = p9_inode(f->inode);
    if (host_file_close(&pi->file))
        p9_hidden_remove(pi);
}

ssize_t p9_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    return host_file_move(&p9_inode(inode)->file, inode, io, pos, false);
}

ssize_t p9_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    ssize_t n = host_file_move(&p9_inode(inode)->file, inode, io, pos, true);
    p9_out_of_date(inode); /* size and times have changed */
    return n;
}

ssize_t p9_append_data(struct inode *inode, struct io_cursor *io)
{
    ssize_t n = host_file_append(&p9_inode(inode)->file, inode, io);
    p9_out_of_date(inode);
    return n;
}

int p9_sync_data(struct inode *inode, bool data_only)
{
    return host_file_sync(&p9_inode(inode)->file, data_only);
}
