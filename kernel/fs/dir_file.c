/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: directories as open files. f->pos is the cookie of the next name, so names
 * may be added and removed during a listing. vfs_lock for reading; the names of a
 * backed file system come from its server, under f->pos_lock alone.
 */
#include <hermit/atomic.h>
#include <hermit/locks.h>
#include <hermit/rbtree.h>
#include <hermit/sched.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fs.h>

#include "file_internal.h"
#include "vfs_internal.h"

static ssize_t dir_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    (void)f;
    (void)io;
    (void)pos;
    return -EISDIR;
}

bool dir_emit_dots(struct file *f, struct dir_sink *sink)
{
    struct dentry *d = f->dentry;
    if (f->pos == 0) {
        if (!sink->emit(sink, ".", 1, d->inode->ino, S_IFDIR >> 12, 1))
            return false;
        f->pos = 1;
    }
    if (f->pos == 1) {
        struct dentry *up = d;
        while (up->parent == up && up->covers != NULL)
            up = up->covers;
        if (!sink->emit(sink, "..", 2, up->parent->inode->ino, S_IFDIR >> 12, 2))
            return false;
        f->pos = 2;
    }
    return true;
}

static struct dentry *child_of(struct rb_node *node)
{
    return rb_entry(node, struct dentry, by_cookie);
}

/* The first child at or after a position; NULL: none. */
static struct rb_node *find_child(const struct dentry *dir, uint64_t pos)
{
    struct rb_node *found = NULL;
    for (struct rb_node *n = dir->children.node; n != NULL;) {
        bool before = child_of(n)->cookie < pos;
        found = before ? found : n;
        n = before ? n->right : n->left;
    }
    return found;
}

static bool emit_children(struct file *f, struct dir_sink *sink)
{
    for (struct rb_node *n = find_child(f->dentry, f->pos); n != NULL; n = rb_next(n)) {
        const struct dentry *d = child_of(n);
        unsigned type = inode_type(d->inode) >> 12;
        if (!sink->emit(sink, d->name, d->length, d->inode->ino, type, d->cookie + 1))
            return false;
        f->pos = d->cookie + 1;
        if (f->pos % 128 == 0)
            cond_resched();
    }
    return true;
}

static int dir_readdir(struct file *f, struct dir_sink *sink)
{
    const struct inode_ops *ops = f->inode->ops;
    int err = -ENOENT;
    if (f->inode->sb->backed)
        return load_relaxed(&f->inode->removed) ? -ENOENT : ops->iterate(f, sink);
    rwlock_read_lock(&vfs_lock);
    if (f->dentry->linked || f->dentry->parent == f->dentry)
        err = dentry_populate(f->dentry);
    if (err == 0 && dir_emit_dots(f, sink) && emit_children(f, sink) && ops != NULL &&
        ops->iterate != NULL)
        err = ops->iterate(f, sink);
    rwlock_read_unlock(&vfs_lock);
    inode_touch_accessed(f->inode);
    return err;
}

static int dir_fsync(struct file *f, uint64_t from, uint64_t to, bool data_only)
{
    const struct inode_ops *ops = f->inode->ops;
    (void)from;
    (void)to;
    if (ops == NULL || ops->sync_dir == NULL)
        return 0;
    mutex_lock(&f->pos_lock); /* the server has the folder open for the listing, too */
    int err = ops->sync_dir(f, data_only);
    mutex_unlock(&f->pos_lock);
    return err;
}

static void dir_release(struct file *f)
{
    const struct inode_ops *ops = f->inode->ops;
    if (ops != NULL && ops->close != NULL)
        ops->close(f);
    vfs_file_release(f);
}

const struct file_ops dir_file_ops = {
    .read = dir_read,
    .seek = file_seek_endless, /* to cookies, as telldir() returned them */
    .readdir = dir_readdir,
    .fsync = dir_fsync,
    .release = dir_release,
    .flush = locks_flush,
};
