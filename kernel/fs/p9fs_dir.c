/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open folders of the host. Entries come in large pieces, which are handed out as they are
 * asked for; positions are the server's. f->pos_lock protects a listing.
 */
#include "p9fs.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "vfs_internal.h"

#define PIECE_SIZE 32768U

struct listing {
    struct p9_fid *fid;    /* open; NULL: nothing was read so far */
    uint64_t next;         /* position of the entry that `rest` begins with */
    struct p9_reader rest; /* of `piece` */
    uint8_t *piece;        /* kmalloc; NULL: none */
};

int p9_open_dir(struct file *f)
{
    f->private = kzalloc(sizeof(struct listing));
    return f->private != NULL ? 0 : -ENOMEM;
}

void p9_close_dir(struct file *f)
{
    struct listing *l = f->private;
    if (l->fid != NULL)
        p9_fid_put(l->fid);
    kfree(l->piece);
    kfree(l);
}

/* The fid is opened when it is needed for the first time. */
static int open_fid(struct listing *l, struct inode *inode)
{
    struct p9_qid qid;
    struct p9_fid *fid;
    if (l->fid != NULL)
        return 0;
    struct p9_fid *path = p9_path(p9_inode(inode));
    int err = p9_walk(path, NULL, 0, &fid, &qid);
    p9_fid_put(path);
    if (err != 0)
        return err;
    err = p9_lopen(fid, O_RDONLY | O_DIRECTORY | O_LARGEFILE, &qid);
    if (err == 0)
        l->fid = fid;
    else
        p9_fid_put(fid);
    return err;
}

/* Reads the entries from `pos` on. Bytes, 0: there are none; or −errno. */
static ssize_t read_piece(struct listing *l, struct inode *inode, uint64_t pos)
{
    if (l->piece == NULL)
        l->piece = kmalloc(PIECE_SIZE);
    if (l->piece == NULL)
        return -ENOMEM;
    int err = open_fid(l, inode);
    if (err != 0)
        return err;
    ssize_t n = p9_readdir(l->fid, pos, l->piece, PIECE_SIZE);
    l->rest = (struct p9_reader){.at = l->piece, .left = n > 0 ? (size_t)n : 0};
    l->next = pos;
    return n;
}

/* Hands out the entries of a piece. 0: all; 1: the sink is full; −EIO: they make no sense. */
static int emit_piece(struct listing *l, struct file *f, struct dir_sink *sink)
{
    const struct p9_share *share = p9_inode(f->inode)->share;
    struct p9_dir_entry e;
    struct p9_reader before = l->rest;
    while (p9_dir_next(&l->rest, &e)) {
        if (!p9_name_is_hidden(share, e.name, e.length) &&
            !sink->emit(sink, e.name, e.length, e.qid.path, e.type, e.next)) {
            l->rest = before;
            return 1;
        }
        f->pos = l->next = e.next;
        before = l->rest;
    }
    return l->rest.broken ? -EIO : 0;
}

int p9_iterate(struct file *f, struct dir_sink *sink)
{
    struct listing *l = f->private;
    int result = 0;
    if (l->next != f->pos) /* after lseek() */
        l->rest.left = 0;
    while (result == 0) {
        if (l->rest.left == 0) {
            ssize_t n = read_piece(l, f->inode, f->pos);
            if (n <= 0)
                return (int)n;
        }
        result = emit_piece(l, f, sink);
    }
    return MIN(result, 0);
}

int p9_sync_dir(struct file *f, bool data_only)
{
    struct listing *l = f->private;
    if (load_relaxed(&p9_inode(f->inode)->gone))
        return 0; /* it has no names */
    int err = open_fid(l, f->inode);
    if (err != 0)
        return err == -ENOENT ? -ESTALE : err;
    return p9_fsync(l->fid, data_only);
}
