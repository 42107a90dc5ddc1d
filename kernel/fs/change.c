/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: changes of names: mknod, mkdir, symlink, link, unlink, rmdir. In file systems
 * in memory the walk and the change are one step under vfs_lock held for writing;
 * backed.c asks a server.
 */
#include <hermit/atomic.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "change.h"
#include "vfs_internal.h"

void vfs_inherit_group(struct inode *inode, const struct inode *dir)
{
    if (!(load_relaxed(&dir->mode) & S_ISGID))
        return;
    store_relaxed(&inode->gid, load_relaxed(&dir->gid));
    if (inode_is_dir(inode))
        or_relaxed(&inode->mode, S_ISGID);
}

struct dentry *vfs_make(struct dentry *dir, const char *name, size_t length, uint32_t mode,
                        uint64_t rdev, const char *target)
{
    const struct new_file file = {{name, length}, mode, 0, rdev, target};
    struct found found = {0};
    if (dir->inode->ops->make(dir->inode, &file, &found) != 0)
        return NULL;
    struct inode *inode = found.inode;
    vfs_inherit_group(inode, dir->inode);
    struct dentry *d = dentry_alloc(dir, name, length, inode);
    if (d == NULL) {
        inode_put(inode);
        return NULL;
    }
    dentry_link(d);
    if (inode_is_dir(inode))
        add_relaxed(&dir->inode->nlink, 1);
    inode_touch_modified(dir->inode);
    dentry_put(d);
    return d;
}

int change_begin(int dirfd, const char *path, unsigned walk_flags, struct walk *w)
{
    struct dentry *base;
    int err = vfs_base(dirfd, path, false, &base);
    if (err != 0)
        return err;
    rwlock_write_lock(&vfs_lock);
    *w = (struct walk){.write = true};
    err = walk_path(base, path, WALK_PARENT | walk_flags, w);
    if (err != 0)
        change_end(w);
    dentry_put(base);
    return err;
}

void change_end(struct walk *w)
{
    rwlock_write_unlock(&vfs_lock);
    walk_done(w); /* after the unlock: freeing inodes takes time */
}

int change_may_create(const struct walk *w, bool directory)
{
    if (w->last != LAST_NAME || w->dentry != NULL)
        return -EEXIST;
    if (w->slash && !directory)
        return -ENOENT;
    if (!w->parent->linked)
        return -ENOENT; /* the directory itself was removed */
    return w->parent->inode->sb->create_error;
}

int change_make(struct walk *w, uint32_t mode, uint64_t rdev, const char *target)
{
    if (w->parent->inode->sb->backed)
        return backed_make(w, mode, rdev, target);
    w->dentry = vfs_make(w->parent, w->name, w->length, mode, rdev, target);
    if (w->dentry == NULL)
        return -ENOSPC;
    dentry_get(w->dentry);
    return 0;
}

static int mknod_once(int dirfd, const char *path, unsigned walk_flags, const struct new_file *file)
{
    struct walk w;
    int err = change_begin(dirfd, path, walk_flags, &w);
    if (err != 0)
        return err;
    err = change_may_create(&w, S_ISDIR(file->mode));
    if (err == 0)
        err = change_make(&w, file->mode, file->rdev, file->target);
    change_end(&w);
    return err;
}

int vfs_mknod(int dirfd, const char *path, uint32_t mode, uint64_t rdev, const char *target)
{
    const struct new_file file = {.mode = mode, .rdev = rdev, .target = target};
    struct tries tries = {0};
    int err;
    do
        err = mknod_once(dirfd, path, tries.flags, &file);
    while (change_again(err, &tries));
    return err;
}

/* True for a mount point: the walk ends at the root of the file system mounted there. */
static bool is_mount(const struct dentry *d)
{
    return d->parent == d;
}

void change_drop(struct dentry *d)
{
    struct inode *inode = d->inode, *dir = d->parent->inode;
    struct name name = {d->name, d->length};
    dir->ops->remove(dir, &name, inode); /* in memory: cannot fail */
    if (inode_is_dir(inode)) {
        store_relaxed(&inode->nlink, 0);
        sub_relaxed(&dir->nlink, 1);
    } else {
        sub_relaxed(&inode->nlink, 1);
    }
    inode_touch_changed(inode);
    inode_touch_modified(dir);
    dentry_unlink(d);
}

static int check_unlink(const struct walk *w)
{
    if (w->last != LAST_NAME)
        return -EISDIR;
    if (w->dentry == NULL)
        return -ENOENT;
    if (w->slash)
        return inode_is_dir(w->dentry->inode) ? -EISDIR : -ENOTDIR;
    if (w->parent->inode->sb->create_error != 0)
        return -EPERM;
    if (is_mount(w->dentry))
        return -EBUSY;
    return inode_is_dir(w->dentry->inode) ? -EISDIR : 0;
}

static int unlink_once(int dirfd, const char *path, unsigned walk_flags)
{
    struct walk w;
    int err = change_begin(dirfd, path, walk_flags, &w);
    if (err != 0)
        return err;
    err = check_unlink(&w);
    if (err == 0 && w.parent->inode->sb->backed)
        err = backed_remove(&w);
    else if (err == 0)
        change_drop(w.dentry);
    change_end(&w);
    return err;
}

int vfs_unlink(int dirfd, const char *path)
{
    struct tries tries = {0};
    int err;
    do
        err = unlink_once(dirfd, path, tries.flags);
    while (change_again(err, &tries));
    return err;
}

int change_check_empty(struct dentry *dir)
{
    int err = dentry_populate(dir);
    if (err != 0)
        return err;
    return dir->children.node == NULL ? 0 : -ENOTEMPTY;
}

static int check_rmdir(const struct walk *w)
{
    static const int of_last[] = {
        [LAST_DOT] = -EINVAL, [LAST_DOTDOT] = -ENOTEMPTY, [LAST_ROOT] = -EBUSY};
    if (w->last != LAST_NAME)
        return of_last[w->last];
    if (w->dentry == NULL)
        return -ENOENT;
    if (w->parent->inode->sb->create_error != 0)
        return -EPERM;
    if (!inode_is_dir(w->dentry->inode))
        return -ENOTDIR;
    return is_mount(w->dentry) ? -EBUSY : 0;
}

static int remove_folder(struct dentry *d)
{
    int err = change_check_empty(d);
    if (err == 0)
        change_drop(d);
    return err;
}

static int rmdir_once(int dirfd, const char *path, unsigned walk_flags)
{
    struct walk w;
    int err = change_begin(dirfd, path, walk_flags, &w);
    if (err != 0)
        return err;
    err = check_rmdir(&w);
    if (err == 0)
        err = w.parent->inode->sb->backed ? backed_remove(&w) : remove_folder(w.dentry);
    change_end(&w);
    return err;
}

int vfs_rmdir(int dirfd, const char *path)
{
    struct tries tries = {0};
    int err;
    do
        err = rmdir_once(dirfd, path, tries.flags);
    while (change_again(err, &tries));
    return err;
}

/* True if it is a file of O_TMPFILE that may get its first name. vfs_lock. */
static bool may_link_unnamed(const struct inode *inode)
{
    return inode_type(inode) == S_IFREG && inode->linkable;
}

static int link_to(struct walk *w, struct inode *inode)
{
    int err = change_may_create(w, false);
    if (err != 0)
        return err;
    if (w->parent->inode->sb != inode->sb)
        return -EXDEV;
    if (inode_is_dir(inode))
        return -EPERM;
    if (inode->sb->backed)
        return backed_link(w, inode);
    if (load_relaxed(&inode->nlink) == 0 && !may_link_unnamed(inode))
        return -ENOENT;
    struct dentry *d = dentry_alloc(w->parent, w->name, w->length, inode);
    if (d == NULL)
        return -ENOMEM;
    inode_get(inode);
    err = w->parent->inode->ops->link(w->parent->inode, &(struct name){w->name, w->length}, inode);
    if (err != 0) {
        dentry_put_later(d, &w->dead);
        return err;
    }
    if (add_relaxed(&inode->nlink, 1) == 0)
        inode->linkable = false;
    inode_touch_changed(inode);
    inode_touch_modified(w->parent->inode);
    dentry_link(d);
    dentry_put(d);
    return 0;
}

static int link_once(int olddir, const char *old, int newdir, const char *new, unsigned old_flags,
                     unsigned walk_flags)
{
    struct dentry *d;
    struct walk w;
    int err = vfs_lookup(olddir, old, old_flags | walk_flags, &d);
    if (err != 0)
        return err;
    err = change_begin(newdir, new, walk_flags, &w);
    if (err == 0) {
        err = link_to(&w, d->inode);
        change_end(&w);
    }
    dentry_put(d);
    return err;
}

int vfs_link(int olddir, const char *old, int newdir, const char *new, int flags)
{
    unsigned how = flags & AT_SYMLINK_FOLLOW ? 0 : WALK_NOFOLLOW;
    struct tries tries = {0};
    int err;
    if (flags & AT_EMPTY_PATH)
        how |= WALK_EMPTY;
    do
        err = link_once(olddir, old, newdir, new, how, tries.flags);
    while (change_again(err, &tries));
    return err;
}
