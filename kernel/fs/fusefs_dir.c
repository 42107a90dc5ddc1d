/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open folders of virtio-fs. Entries come in large pieces, which are handed out as they are
 * asked for; positions are the server's. f->pos_lock protects a listing.
 */
#include "fusefs.h"

#include <arch/layout.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "vfs_internal.h"

#define PIECE_SIZE 32768U

struct listing {
    struct fuse_handle *handle; /* NULL: nothing was read so far */
    uint64_t next;              /* position of the entry at `at` */
    uint8_t *piece, *at;        /* kmalloc; NULL: none */
    size_t left;                /* bytes of the piece from `at` on */
};

int fuse_open_dir(struct file *f)
{
    f->private = kzalloc(sizeof(struct listing));
    return f->private != NULL ? 0 : -ENOMEM;
}

void fuse_close_dir(struct file *f)
{
    struct listing *l = f->private;
    if (l->handle != NULL)
        fuse_handle_put(l->handle);
    kfree(l->piece);
    kfree(l);
}

/* The folder is opened when it is needed for the first time. */
static int open_handle(struct listing *l, struct inode *inode)
{
    if (l->handle != NULL)
        return 0;
    return fuse_handle_open(inode, FUSE_OPENDIR, O_RDONLY | O_DIRECTORY, &l->handle);
}

/* Reads the entries from `pos` on. Bytes, 0: there are none; or −errno. */
static ssize_t read_piece(struct listing *l, struct inode *inode, uint64_t pos)
{
    if (l->piece == NULL)
        l->piece = kmalloc(PIECE_SIZE);
    if (l->piece == NULL)
        return -ENOMEM;
    int err = open_handle(l, inode);
    if (err != 0)
        return err;
    struct fuse_read_in in = {
        .fh = fuse_handle_number(l->handle), .offset = pos, .size = PIECE_SIZE};
    struct virtq_part part = {virt_to_phys(l->piece), PIECE_SIZE};
    ssize_t n = fuse_ask(fuse_client_of(inode), &(struct fuse_request){.opcode = FUSE_READDIR,
                                                                       .node = inode->ino,
                                                                       .in = {{&in, sizeof(in)}},
                                                                       .data = &part,
                                                                       .nr_data = 1,
                                                                       .device_writes = true});
    l->at = l->piece;
    l->left = n > 0 ? (size_t)n : 0;
    l->next = pos;
    return n;
}

/* The next entry of the piece; NULL: what is there makes no sense. */
static const struct fuse_dirent *next_entry(const struct listing *l)
{
    const struct fuse_dirent *e = (const void *)l->at;
    if (l->left < FUSE_NAME_OFFSET || e->namelen == 0 || e->namelen > NAME_MAX ||
        FUSE_DIRENT_SIZE(e) > l->left || e->off > INT64_MAX ||
        memchr(e->name, '/', e->namelen) != NULL || memchr(e->name, '\0', e->namelen) != NULL)
        return NULL;
    return e;
}

/* Hands out the entries of a piece. 0: all; 1: the sink is full; −EIO: they make no sense. */
static int emit_piece(struct listing *l, struct file *f, struct dir_sink *sink)
{
    while (l->left > 0) {
        const struct fuse_dirent *e = next_entry(l);
        if (e == NULL)
            return -EIO;
        if (!sink->emit(sink, e->name, e->namelen, e->ino, (uint8_t)e->type, e->off))
            return 1;
        f->pos = l->next = e->off;
        l->at += FUSE_DIRENT_SIZE(e);
        l->left -= FUSE_DIRENT_SIZE(e);
    }
    return 0;
}

int fuse_iterate(struct file *f, struct dir_sink *sink)
{
    struct listing *l = f->private;
    int result = 0;
    if (l->next != f->pos) /* after lseek() */
        l->left = 0;
    while (result == 0) {
        if (l->left == 0) {
            ssize_t n = read_piece(l, f->inode, f->pos);
            if (n <= 0)
                return (int)n;
        }
        result = emit_piece(l, f, sink);
    }
    return MIN(result, 0);
}

int fuse_sync_dir(struct file *f, bool data_only)
{
    struct listing *l = f->private;
    int err = open_handle(l, f->inode);
    if (err == 0)
        err = fuse_handle_sync(l->handle, FUSE_FSYNCDIR, data_only);
    return err == -ENOSYS ? 0 : err; /* a server may have nothing to do for it */
}
