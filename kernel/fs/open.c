/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: open(2) from a path to a struct file, truncation, umask and the working folder. */
#include <hermit/atomic.h>
#include <hermit/locks.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "change.h"
#include "vfs_internal.h"

#define OPEN_ONLY (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC) /* not kept in the file's flags */

_Atomic uint32_t vfs_umask = 022;

void vfs_file_release(struct file *f)
{
    if (f->inode != NULL)
        locks_release(f);
    if (f->dentry != NULL)
        dentry_put(f->dentry);
    if (f->inode != NULL)
        inode_put(f->inode);
}

int vfs_truncate(struct inode *inode, uint64_t size)
{
    if (inode_is_dir(inode))
        return -EISDIR;
    if (inode->ops == NULL || inode->ops->truncate == NULL)
        return -EINVAL;
    return inode->ops->truncate(inode, size);
}

/* A file without operations, for O_PATH. */
static const struct file_ops path_file_ops = {.release = vfs_file_release};

static int check_type(const struct inode *inode, unsigned flags)
{
    bool write = (flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC;
    if (inode_is_link(inode))
        return -ELOOP;
    if (inode_is_dir(inode) && (write || flags & O_CREAT))
        return -EISDIR;
    return 0;
}

/* O_TRUNC has an effect on regular files only. */
static int truncate_opened(struct inode *inode, unsigned flags)
{
    if (!(flags & O_TRUNC) || inode_type(inode) != S_IFREG || inode->ops == NULL ||
        inode->ops->truncate == NULL)
        return 0;
    return inode->ops->truncate(inode, 0);
}

/* The steps that may fail once the struct file exists; truncation last, since it loses data. */
static int finish_open(struct file *f, unsigned flags, uint64_t since)
{
    struct inode *inode = f->inode;
    const struct inode_ops *ops = inode->ops;
    int err = 0;
    if (flags & O_PATH)
        return 0;
    if (ops != NULL && ops->renew != NULL)
        err = ops->renew(inode, since);
    if (err == 0 && ops != NULL && ops->open != NULL)
        err = ops->open(f);
    and_relaxed(&f->flags, ~(unsigned)O_TRUNC);
    if (err != 0) {
        f->ops = &path_file_ops; /* the driver has nothing to release */
        return err;
    }
    return truncate_opened(inode, flags);
}

int vfs_open_dentry(struct dentry *d, unsigned flags, uint64_t since, struct file **file)
{
    struct inode *inode = d->inode;
    bool path_only = flags & O_PATH;
    int err = path_only ? 0 : check_type(inode, flags);
    if (err != 0)
        return err;
    unsigned file_flags = flags & ~(unsigned)(OPEN_ONLY | O_CLOEXEC);
    if (!path_only)
        file_flags |= flags & O_TRUNC; /* until it is open */
    struct file *f = file_alloc(path_only ? &path_file_ops : inode->fops, file_flags);
    if (f == NULL)
        return -ENOMEM;
    dentry_get(d);
    inode_get(inode);
    f->dentry = d;
    f->inode = inode;
    err = finish_open(f, flags, since);
    if (err != 0)
        file_put(f);
    else
        *file = f;
    return err;
}

/* A new file at a server, or the one that is there meanwhile. */
static int create_at_server(struct walk *w, unsigned flags, uint32_t mode, bool *made)
{
    int err = backed_make(w, mode, 0, NULL);
    *made = err == 0;
    if (err == -EEXIST && !(flags & O_EXCL))
        err = walk_ask_again(w);
    return err == 0 && w->dentry == NULL ? -ENOENT : err;
}

/* O_CREAT: w->dentry is the file that the walk found, or a new one; NULL for a magic link.
 * vfs_lock for writing. */
static int create_or_find(struct walk *w, unsigned flags, uint32_t mode, bool *made)
{
    if (w->dentry != NULL)
        return flags & O_EXCL ? -EEXIST : 0;
    if (w->magic != NULL)
        return 0;
    int err = change_may_create(w, false);
    if (err != 0)
        return err == -EPERM ? -EACCES : err;
    mode = S_IFREG | (mode & 07777 & ~load_relaxed(&vfs_umask));
    if (w->parent->inode->sb->backed)
        return create_at_server(w, flags, mode, made);
    err = change_make(w, mode, 0, NULL);
    *made = err == 0;
    return err;
}

/* `how`: flags of the walk besides those that follow from `flags`. */
static int walk_to_open(struct dentry *base, const char *path, unsigned flags, unsigned how,
                        uint32_t mode, struct walk *w, bool *made)
{
    if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
        how |= WALK_NOFOLLOW;
    if (flags & O_DIRECTORY)
        how |= WALK_DIRECTORY;
    if (flags & O_CREAT)
        how |= WALK_CREATE;
    int err = walk_path(base, path, how, w);
    if (err != 0)
        return err;
    if (flags & O_CREAT)
        return create_or_find(w, flags, mode, made);
    return w->dentry == NULL && w->magic == NULL ? -ENOENT : 0;
}

/* Asks a server for the last name again. 0 or −errno; w->dentry is NULL if it has none. */
static int ask_last(struct walk *w)
{
    w->write = false;
    rwlock_read_lock(&vfs_lock);
    int err = walk_ask_again(w);
    rwlock_read_unlock(&vfs_lock);
    return err;
}

/* Makes sure that the name still means the file that the walk found, where nothing else would tell.
 * −ESTALE: it does not. */
static int confirm(struct walk *w)
{
    const struct super_block *sb = w->dentry->inode->sb;
    struct dentry *old = w->dentry;
    if (!sb->asks_names || sb->data_ns == VALID_FOR_EVER || w->parent == NULL ||
        w->parent->inode->sb != sb || w->asked_for == old)
        return 0;
    dentry_get(old);
    int err = ask_last(w);
    if (err == 0 && w->dentry != old)
        err = -ESTALE;
    dentry_put(old);
    return err;
}

/* Opens what the walk found. vfs_lock not held. */
static int open_found(struct walk *w, unsigned flags, struct file **file)
{
    int err = confirm(w);
    if (err != 0)
        return err;
    return vfs_open_dentry(w->dentry, flags, w->asked != 0 ? w->asked : TIME_FOREVER, file);
}

static int open_from(struct dentry *base, const char *path, unsigned flags, unsigned walk_flags,
                     uint32_t mode, struct file **file)
{
    bool create = flags & O_CREAT, made = false;
    struct walk w = {.write = create};
    if (create)
        rwlock_write_lock(&vfs_lock);
    else
        rwlock_read_lock(&vfs_lock);
    int err = walk_to_open(base, path, flags, walk_flags, mode, &w, &made);
    if (create)
        rwlock_write_unlock(&vfs_lock);
    else
        rwlock_read_unlock(&vfs_lock);
    if (made) /* nothing to truncate */
        flags &= ~(unsigned)O_TRUNC;
    if (err == 0 && w.dentry == NULL)
        err = w.magic->ops->open_link(w.magic, flags, file);
    else if (err == 0 && made) /* its attributes are as new, and nobody else may have the name */
        err = vfs_open_dentry(w.dentry, flags, 0, file);
    else if (err == 0)
        err = open_found(&w, flags, file);
    walk_done(&w);
    return err;
}

int vfs_open(int dirfd, const char *path, unsigned flags, uint32_t mode, struct file **file)
{
    struct dentry *base;
    int err = vfs_base(dirfd, path, false, &base);
    if (err != 0)
        return err;
    struct tries tries = {0};
    do
        err = open_from(base, path, flags, tries.flags, mode, file);
    while (change_again(err, &tries));
    dentry_put(base);
    return err;
}
