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
static int finish_open(struct file *f, unsigned flags)
{
    struct inode *inode = f->inode;
    if (flags & O_PATH)
        return 0;
    if (inode->ops != NULL && inode->ops->open != NULL) {
        int err = inode->ops->open(f);
        if (err != 0) {
            f->ops = &path_file_ops; /* the driver has nothing to release */
            return err;
        }
    }
    return truncate_opened(inode, flags);
}

int vfs_open_dentry(struct dentry *d, unsigned flags, struct file **file)
{
    struct inode *inode = d->inode;
    bool path_only = flags & O_PATH;
    int err = path_only ? 0 : check_type(inode, flags);
    if (err != 0)
        return err;
    struct file *f = file_alloc(path_only ? &path_file_ops : inode->fops,
                                flags & ~(unsigned)(OPEN_ONLY | O_CLOEXEC));
    if (f == NULL)
        return -ENOMEM;
    dentry_get(d);
    inode_get(inode);
    f->dentry = d;
    f->inode = inode;
    err = finish_open(f, flags);
    if (err != 0)
        file_put(f);
    else
        *file = f;
    return err;
}

/* O_CREAT: *d is the file that the walk found, or a new one, borrowed; NULL for a magic link.
 * vfs_lock for writing. */
static int create_or_find(struct walk *w, unsigned flags, uint32_t mode, struct dentry **d)
{
    *d = w->dentry;
    if (w->dentry != NULL && flags & O_EXCL)
        return -EEXIST;
    if (w->dentry == NULL && w->magic != NULL)
        return 0;
    if (w->dentry != NULL)
        return 0;
    int err = change_may_create(w, false);
    if (err != 0)
        return err == -EPERM ? -EACCES : err;
    *d = vfs_make(w->parent, w->name, w->length,
                  S_IFREG | (mode & 07777 & ~load_relaxed(&vfs_umask)), 0, NULL);
    return *d != NULL ? 0 : -ENOSPC;
}

static int walk_to_open(struct dentry *base, const char *path, unsigned flags, uint32_t mode,
                        struct walk *w, struct dentry **d)
{
    unsigned how = 0;
    if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
        how |= WALK_NOFOLLOW;
    if (flags & O_DIRECTORY)
        how |= WALK_DIRECTORY;
    if (flags & O_CREAT)
        how |= WALK_CREATE;
    int err = walk_path(base, path, how, w);
    if (err != 0)
        return err;
    *d = w->dentry;
    if (flags & O_CREAT)
        err = create_or_find(w, flags, mode, d);
    else if (w->dentry == NULL && w->magic == NULL)
        err = -ENOENT;
    if (err != 0)
        walk_done(w);
    return err;
}

int vfs_open(int dirfd, const char *path, unsigned flags, uint32_t mode, struct file **file)
{
    struct dentry *base, *d = NULL;
    struct walk w;
    int err = vfs_base(dirfd, path, false, &base);
    if (err != 0)
        return err;
    bool create = flags & O_CREAT;
    if (create)
        rwlock_write_lock(&vfs_lock);
    else
        rwlock_read_lock(&vfs_lock);
    err = walk_to_open(base, path, flags, mode, &w, &d);
    bool made = err == 0 && d != w.dentry;
    if (err == 0 && d != NULL)
        dentry_get(d);
    if (create)
        rwlock_write_unlock(&vfs_lock);
    else
        rwlock_read_unlock(&vfs_lock);
    dentry_put(base);
    if (err != 0)
        return err;
    if (d == NULL)
        err = w.magic->ops->open_link(w.magic, flags, file);
    else if (made) /* opens regardless of its mode; nothing to truncate */
        err = vfs_open_dentry(d, flags & ~(unsigned)O_TRUNC, file);
    else
        err = vfs_open_dentry(d, flags, file);
    if (d != NULL)
        dentry_put(d);
    walk_done(&w);
    return err;
}
