/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changes of names on the host. A file that is open when its last name here goes, or is replaced,
 * gets a hidden name in the share's uppermost folder (or, where that cannot be, in its own), by
 * which the server goes on to know it. The hidden name goes when the file is closed. Other machines
 * see it meanwhile.
 *
 * The tree holds the locks of the folders concerned.
 */
#include "p9fs.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

static struct spinlock hidden_lock = SPINLOCK_INIT("p9_hidden");
static struct list all_hidden = LIST_INIT(all_hidden); /* hidden_lock */

#define HIDDEN_PREFIX ".hermit-deleted-"

static void put_hex(char *to, uint64_t value, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; value >>= 4)
        to[i] = "0123456789abcdef"[value & 15];
}

/* HIDDEN_PREFIX, who made it, '-', and which one it is: 39 characters at most. */
static void make_hidden_name(struct p9_share *share, char name[static 40])
{
    size_t at = sizeof(HIDDEN_PREFIX) - 1;
    memcpy(name, HIDDEN_PREFIX, at);
    put_hex(name + at, share->hidden_id, 12);
    at += 12;
    name[at++] = '-';
    put_hex(name + at, add_relaxed(&share->nr_hidden, 1), 8);
    name[at + 8] = '\0';
}

bool p9_name_is_hidden(const struct p9_share *share, const char *name, size_t length)
{
    char own[sizeof(HIDDEN_PREFIX) + 12];
    size_t size = sizeof(HIDDEN_PREFIX) - 1 + 12;
    if (likely(name[0] != '.') || length < size)
        return false;
    memcpy(own, HIDDEN_PREFIX, sizeof(HIDDEN_PREFIX) - 1);
    put_hex(own + sizeof(HIDDEN_PREFIX) - 1, share->hidden_id, 12);
    return memcmp(name, own, size) == 0;
}

/* A name of the file is gone, perhaps that of its path. `left`: names that it has still. */
static void note_gone(struct p9_inode *pi, uint32_t left)
{
    store_relaxed(left == 0 ? &pi->gone : &pi->inode.astray, true);
    p9_out_of_date(&pi->inode);
}

/* `left`: other names of the file. */
static void remove_hidden(struct p9_inode *pi, uint32_t left)
{
    unsigned long irq = spin_lock(&pi->file.lock);
    struct p9_hidden *hidden = pi->file.nr_open == 0 ? pi->hidden : NULL;
    if (hidden != NULL)
        pi->hidden = NULL;
    spin_unlock(&pi->file.lock, irq);
    if (hidden == NULL)
        return;
    note_gone(pi, left);
    irq = spin_lock(&hidden_lock);
    list_remove(&hidden->link);
    spin_unlock(&hidden_lock, irq);
    (void)p9_unlinkat(hidden->dir, hidden->name, strlen(hidden->name), 0);
    p9_out_of_date(&pi->inode);
    p9_fid_put(hidden->dir);
    kfree(hidden);
}

void p9_hidden_remove(struct p9_inode *pi)
{
    remove_hidden(pi, load_relaxed(&pi->inode.nlink));
}

/* The file has this name from now on, if it is open still. Takes `hidden` over. */
static void set_hidden(struct p9_inode *pi, struct p9_hidden *hidden)
{
    unsigned long irq = spin_lock(&hidden_lock);
    list_push_back(&all_hidden, &hidden->link);
    spin_unlock(&hidden_lock, irq);
    irq = spin_lock(&pi->file.lock);
    pi->hidden = hidden;
    spin_unlock(&pi->file.lock, irq);
    if (!host_file_is_open(&pi->file))
        remove_hidden(pi, load_relaxed(&pi->inode.nlink) - 1); /* it counts the lost one still */
}

void p9_hidden_remove_all(void)
{
    /* No lock: the other threads have stopped. */
    list_for_each (it, &all_hidden) {
        struct p9_hidden *hidden = list_entry(it, struct p9_hidden, link);
        (void)p9_unlinkat(hidden->dir, hidden->name, strlen(hidden->name), 0);
    }
}

/* Gives a file, besides `name` or (move) instead of it, a hidden name in `to`. */
static int hide_in(struct p9_fid *dir, const struct name *name, struct p9_inode *pi,
                   struct p9_hidden *hidden, bool move)
{
    size_t length = strlen(hidden->name);
    if (move) {
        p9_begin_move(pi->share);
        int result = p9_renameat(dir, name->text, name->length, hidden->dir, hidden->name, length);
        p9_note_moved(pi, dir, name, NULL, NULL);
        return result;
    }
    struct p9_fid *path = p9_path(pi), *fid;
    struct p9_qid qid;
    int err = p9_link(hidden->dir, path, hidden->name, length);
    p9_fid_put(path);
    if (err == 0)
        err = p9_walk(hidden->dir, hidden->name, length, &fid, &qid);
    if (err == 0)
        p9_set_path(pi, fid);
    return err;
}

/* Hides an open file that loses `name` in the folder `dir`. `move`: the name is free afterwards. */
static int hide(struct p9_fid *dir, const struct name *name, struct p9_inode *pi, bool move)
{
    struct p9_hidden *hidden = kmalloc_for(sizeof(*hidden), FRAME_FREEING);
    if (hidden == NULL)
        return -ENOMEM;
    make_hidden_name(pi->share, hidden->name);
    hidden->dir = pi->share->root;
    int err = hide_in(dir, name, pi, hidden, move);
    if (err == -EXDEV || err == -EACCES || err == -EPERM) {
        hidden->dir = dir;
        err = hide_in(dir, name, pi, hidden, move);
    }
    if (err != 0) {
        kfree(hidden);
        return err;
    }
    p9_fid_get(hidden->dir);
    set_hidden(pi, hidden);
    return 0;
}

/* A name of an inode is about to go: whether it must get a hidden one. A file that is hidden
 * already needs no other. */
static bool must_hide(const struct inode *inode, struct p9_inode *pi)
{
    return inode_type(inode) == S_IFREG && host_file_is_open(&pi->file) && pi->hidden == NULL;
}

/* A name of a file was removed that does not live on by a hidden one. */
static void note_removed(struct inode *inode)
{
    uint32_t nlink = load_relaxed(&inode->nlink);
    note_gone(p9_inode(inode), inode_is_dir(inode) || nlink <= 1 ? 0 : nlink - 1);
}

int p9_remove(struct inode *dir, const struct name *name, struct inode *inode)
{
    struct p9_inode *pi = p9_inode(inode);
    struct p9_fid *in = p9_path(p9_inode(dir));
    bool hiding = must_hide(inode, pi);
    int err =
        hiding ? hide(in, name, pi, true)
               : p9_unlinkat(in, name->text, name->length, inode_is_dir(inode) ? AT_REMOVEDIR : 0);
    if (err == 0 && !hiding && pi->hidden == NULL)
        note_removed(inode);
    p9_out_of_date(inode);
    p9_out_of_date(dir);
    p9_fid_put(in);
    return err;
}

/* What has the new name will lose it. An open file keeps a hidden one; the name is never free
 * meanwhile, where the host's file system has links. */
static int prepare_replaced(struct p9_fid *dir, const struct renaming *r)
{
    struct p9_inode *pi = p9_inode(r->replaced);
    if (!must_hide(r->replaced, pi))
        return 0;
    int err = hide(dir, &r->to, pi, false);
    return err == -EPERM || err == -EOPNOTSUPP || err == -EMLINK ? hide(dir, &r->to, pi, true)
                                                                 : err;
}

int p9_rename(const struct renaming *r)
{
    if (r->flags & RENAME_EXCHANGE)
        return -EINVAL; /* the protocol has no word for it */
    struct p9_fid *from = p9_path(p9_inode(r->from_dir)), *to = p9_path(p9_inode(r->to_dir));
    int err = r->replaced != NULL && r->flags & RENAME_NOREPLACE ? -EEXIST : 0;
    if (err == 0 && r->replaced != NULL)
        err = prepare_replaced(to, r);
    if (err == 0) {
        p9_begin_move(p9_inode(r->inode)->share);
        err = p9_renameat(from, r->from.text, r->from.length, to, r->to.text, r->to.length);
        p9_note_moved(p9_inode(r->inode), from, &r->from, to, err == 0 ? &r->to : NULL);
    }
    if (err == 0 && r->replaced != NULL && p9_inode(r->replaced)->hidden == NULL)
        note_removed(r->replaced);
    p9_out_of_date(r->from_dir);
    p9_out_of_date(r->to_dir);
    p9_out_of_date(r->inode);
    if (r->replaced != NULL)
        p9_out_of_date(r->replaced);
    p9_fid_put(from);
    p9_fid_put(to);
    return err;
}

int p9_link_name(struct inode *dir, const struct name *name, struct inode *inode)
{
    struct p9_fid *in = p9_path(p9_inode(dir)), *file = p9_path(p9_inode(inode));
    int err = p9_link(in, file, name->text, name->length);
    p9_out_of_date(inode);
    p9_out_of_date(dir);
    p9_fid_put(in);
    p9_fid_put(file);
    return err;
}

/* Creates a regular file; *open is a fid that has it open for both ways. */
static int create(struct p9_fid *dir, const struct new_file *file, struct p9_fid **open)
{
    struct p9_qid qid;
    int err = p9_walk(dir, NULL, 0, open, &qid);
    if (err != 0)
        return err;
    err = p9_lcreate(*open, file->name.text, file->name.length,
                     O_CREAT | O_EXCL | O_RDWR | O_LARGEFILE, file->mode & 07777, &qid);
    if (err != 0)
        p9_fid_put(*open);
    return err;
}

static int make_other(struct p9_fid *dir, const struct new_file *file)
{
    const char *name = file->name.text;
    size_t length = file->name.length;
    struct p9_qid qid;
    switch (file->mode & S_IFMT) {
    case S_IFDIR:
        return p9_mkdir(dir, name, length, file->mode & 07777, &qid);
    case S_IFLNK:
        return p9_symlink(dir, name, length, file->target, &qid);
    default:
        return p9_mknod(dir, name, length, file->mode, (uint32_t)(file->rdev >> 20),
                        (uint32_t)(file->rdev & 0xfffff), &qid);
    }
}

/* The inode of what was just made. */
static int find_made(struct inode *dir, struct p9_fid *in, const struct name *name,
                     struct found *found)
{
    struct p9_share *share = p9_inode(dir)->share;
    int err = p9_walk_to(share, in, name, &found->inode);
    if (err == 0)
        found->valid_ns = share->valid_ns;
    return err;
}

int p9_make(struct inode *dir, const struct new_file *file, struct found *found)
{
    struct p9_fid *in = p9_path(p9_inode(dir)), *open = NULL;
    int err = (file->mode & S_IFMT) == S_IFREG ? create(in, file, &open) : make_other(in, file);
    if (err == 0)
        err = find_made(dir, in, &file->name, found);
    if (err == 0 && open != NULL)
        host_file_keep(&p9_inode(found->inode)->file, open);
    else if (open != NULL)
        p9_fid_put(open);
    p9_out_of_date(dir);
    p9_fid_put(in);
    return err;
}
