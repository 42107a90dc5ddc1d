/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: open folders of virtio-fs. Entries come in large pieces, which are handed out as they are
 * asked for; positions are the server's. f->pos_lock protects a listing.
 */
#include "fusefs.h"

#include <arch/layout.h>
#include <hermit/kmalloc.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "vfs_internal.h"

#define PIECE_SIZE 32768U

/* The most files that a piece tells of. */
#define PLUS_MAX (PIECE_SIZE / (uint32_t)FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET_DIRENTPLUS + 1))

struct listing {
    struct fuse_handle *handle; /* NULL: nothing was read so far */
    uint64_t next;              /* position of the entry at `at` */
    uint8_t *piece, *at;        /* kmalloc; NULL: none */
    size_t left;                /* bytes of the piece from `at` on */
    bool plus;                  /* what the piece has are struct fuse_direntplus */
    uint32_t wanted;            /* share->wanted when it came */
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

/* The entry at `at`, of which `left` bytes are there, and its size; NULL: it makes no sense. */
static const struct fuse_dirent *entry_at(const struct listing *l, const uint8_t *at, size_t left,
                                          size_t *size)
{
    size_t head = l->plus ? FUSE_NAME_OFFSET_DIRENTPLUS : FUSE_NAME_OFFSET;
    const struct fuse_dirent *e = (const void *)(at + head - FUSE_NAME_OFFSET);
    if (left < head || e->namelen == 0 || e->namelen > NAME_MAX)
        return NULL;
    *size = FUSE_DIRENT_ALIGN(head + e->namelen);
    if (*size > left || e->off > INT64_MAX || memchr(e->name, '/', e->namelen) != NULL ||
        memchr(e->name, '\0', e->namelen) != NULL)
        return NULL;
    return e;
}

/* How things stood before the server was asked. */
struct before {
    uint64_t asked;                         /* when that was, ns */
    uint32_t folder_changes, share_changes; /* vfs_folder_changes(), fuse_changes() */
};

/* Takes over what the server says of a file, and its reference: as a look-up does. Attributes of an
 * inode that is known count if nothing was changed from here since the server was asked. */
static void learn(struct dentry *dir, const struct fuse_entry_out *entry, const struct name *name,
                  const struct before *before)
{
    struct fuse_share *share = fuse_inode(dir->inode)->share;
    struct inode *known = inode_find(share->sb, entry->nodeid);
    struct fuse_answer answer;
    struct found found = {0};
    if (fuse_answer_begin(share, known, &answer) == 0) { /* else the server keeps its node */
        answer.entry = *entry;
        answer.asked = before->asked;
        if (fuse_changes(share) != before->share_changes)
            answer.known = NULL;
        if (fuse_answer_take(share, &answer, &found) == 0) {
            store_relaxed(&fuse_inode(found.inode)->listed, true);
            vfs_learn_name(dir, name, &found, before->folder_changes);
        }
    }
    if (known != NULL)
        inode_put(known);
}

/* All of a piece, since the server counts its references of all. "." and ".." have none. */
static void learn_piece(const struct listing *l, struct dentry *dir, const struct before *before)
{
    const struct fuse_dirent *e;
    const uint8_t *at = l->at;
    size_t left = l->left, size;
    while (left > 0 && (e = entry_at(l, at, left, &size)) != NULL) {
        const struct fuse_entry_out *entry = &((const struct fuse_direntplus *)at)->entry_out;
        if (entry->nodeid != 0)
            learn(dir, entry, &(struct name){e->name, e->namelen}, before);
        at += size;
        left -= size;
        cond_resched(); /* result ignored: the server's references are to be taken */
    }
}

/* Reads the entries from `pos` on. Bytes, 0: there are none; or −errno. */
static ssize_t ask(struct listing *l, struct inode *inode, uint64_t pos)
{
    struct fuse_read_in in = {
        .fh = fuse_handle_number(l->handle), .offset = pos, .size = PIECE_SIZE};
    struct virtq_part part = {virt_to_phys(l->piece), PIECE_SIZE};
    enum fuse_opcode how = l->plus ? FUSE_READDIRPLUS : FUSE_READDIR;
    return fuse_ask(fuse_client_of(inode), &(struct fuse_request){.opcode = how,
                                                                  .node = inode->ino,
                                                                  .in = {{&in, sizeof(in)}},
                                                                  .data = &part,
                                                                  .nr_data = 1,
                                                                  .device_writes = true});
}

/* Whoever begins a listing, or looks at files while it goes on, may look at the next ones too. An
 * overlay lists what is below it by files whose names are its own. */
static bool wants_plus(struct listing *l, const struct file *f, uint64_t pos)
{
    struct fuse_inode *fi = fuse_inode(f->inode);
    uint32_t wanted = load_relaxed(&fi->share->wanted);
    bool looks = load_relaxed(&fi->looked_into) || wanted != l->wanted;
    store_relaxed(&fi->looked_into, false);
    l->wanted = wanted;
    return fuse_lists_plus(fi->share->client) && (pos == 0 || looks) && f->dentry != NULL &&
           f->dentry->inode == f->inode;
}

/* Counts the files that the server may have open before they are learned. False: that is too many,
 * and names that are not asked for yet are not worth those that are known. */
static bool hold_plus(struct fuse_share *share)
{
    fuse_hold(share->client, PLUS_MAX);
    if (fuse_held(share->client) <= share->files_max)
        return true;
    fuse_unhold(share->client, PLUS_MAX);
    return false;
}

/* As ask(), with the files of the entries. */
static ssize_t ask_plus(struct listing *l, const struct file *f, uint64_t pos,
                        struct before *before)
{
    struct fuse_share *share = fuse_inode(f->inode)->share;
    *before =
        (struct before){clock_monotonic(), vfs_folder_changes(f->dentry), fuse_changes(share)};
    ssize_t n = ask(l, f->inode, pos);
    if (n != -EMFILE && n != -ENFILE)
        return n;
    l->plus = false; /* the server needs none for names alone */
    return ask(l, f->inode, pos);
}

static ssize_t read_piece(struct listing *l, struct file *f, uint64_t pos)
{
    struct fuse_share *share = fuse_inode(f->inode)->share;
    struct before before = {0};
    if (l->piece == NULL)
        l->piece = kmalloc(PIECE_SIZE);
    if (l->piece == NULL)
        return -ENOMEM;
    int err = open_handle(l, f->inode);
    if (err != 0)
        return err;
    bool held = wants_plus(l, f, pos) && hold_plus(share);
    l->plus = held;
    ssize_t n = l->plus ? ask_plus(l, f, pos, &before) : ask(l, f->inode, pos);
    l->at = l->piece;
    l->left = n > 0 ? (size_t)n : 0;
    l->next = pos;
    if (l->plus)
        learn_piece(l, f->dentry, &before);
    if (held)
        fuse_unhold(share->client, PLUS_MAX);
    return n;
}

/* Hands out the entries of a piece. 0: all; 1: the sink is full; −EIO: they make no sense. */
static int emit_piece(struct listing *l, struct file *f, struct dir_sink *sink)
{
    size_t size;
    while (l->left > 0) {
        const struct fuse_dirent *e = entry_at(l, l->at, l->left, &size);
        if (e == NULL)
            return -EIO;
        if (!sink->emit(sink, e->name, e->namelen, e->ino, (uint8_t)e->type, e->off))
            return 1;
        f->pos = l->next = e->off;
        l->at += size;
        l->left -= size;
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
            ssize_t n = read_piece(l, f, f->pos);
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
