/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: rename(2). Both walks and the change are one step under vfs_lock held for writing, unless
 * they ask a server (backed.c).
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "change.h"
#include "vfs_internal.h"

void change_move_name(struct dentry *d, struct dentry *dir, char *name, size_t length)
{
    struct dentry *old_dir = d->parent;
    dentry_get(d);
    dentry_unlink(d);
    kfree(d->name);
    d->name = name;
    d->length = (uint16_t)length;
    dentry_get(dir);
    d->parent = dir;
    dentry_link(d);
    if (inode_is_dir(d->inode)) {
        sub_relaxed(&old_dir->inode->nlink, 1);
        add_relaxed(&dir->inode->nlink, 1);
    }
    inode_touch_changed(d->inode);
    inode_touch_modified(old_dir->inode);
    inode_touch_modified(dir->inode);
    dentry_put(old_dir);
    dentry_put(d);
}

char *change_copy_name(const char *name, size_t length)
{
    char *copy = kmalloc_for(length + 1, FRAME_FREEING); /* the old name is freed */
    if (copy != NULL) {
        memcpy(copy, name, length);
        copy[length] = '\0';
    }
    return copy;
}

static int exchange(struct dentry *a, struct dentry *b)
{
    struct dentry *dir_a = a->parent, *dir_b = b->parent;
    size_t length_a = a->length, length_b = b->length;
    char *name_a = change_copy_name(a->name, length_a),
         *name_b = change_copy_name(b->name, length_b);
    if (name_a == NULL || name_b == NULL) {
        kfree(name_a);
        kfree(name_b);
        return -ENOMEM;
    }
    /* Two names of one directory may be equal for a moment; the tree allows that. */
    dentry_get(dir_a);
    change_move_name(a, dir_b, name_b, length_b);
    change_move_name(b, dir_a, name_a, length_a);
    dentry_put(dir_a);
    return 0;
}

/* Errors that follow from the names alone, in Linux's order. */
static int check_names(const struct walk *from, const struct walk *to, unsigned flags)
{
    if (from->last != LAST_NAME)
        return -EBUSY;
    if (to->last != LAST_NAME)
        return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
    if (from->parent->inode->sb != to->parent->inode->sb)
        return -EXDEV;
    if (from->dentry == NULL)
        return -ENOENT;
    if (flags & RENAME_NOREPLACE && to->dentry != NULL)
        return -EEXIST;
    if (flags & RENAME_EXCHANGE && to->dentry == NULL)
        return -ENOENT;
    bool to_file = flags & RENAME_EXCHANGE && !inode_is_dir(to->dentry->inode);
    if (to_file && to->slash)
        return -ENOTDIR;
    if (!inode_is_dir(from->dentry->inode)) {
        if (from->slash || (!(flags & RENAME_EXCHANGE) && to->slash))
            return -ENOTDIR;
    }
    return 0;
}

/* Neither directory may end up below itself. */
static int check_loops(const struct walk *from, const struct walk *to, unsigned flags)
{
    if (dentry_is_below(to->parent, from->dentry))
        return -EINVAL;
    if (to->dentry != NULL && dentry_is_below(from->parent, to->dentry))
        return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
    return 0;
}

static int check_target(const struct walk *from, const struct walk *to)
{
    bool from_dir = inode_is_dir(from->dentry->inode);
    if (to->dentry == NULL)
        return to->parent->linked ? 0 : -ENOENT;
    bool to_dir = inode_is_dir(to->dentry->inode);
    if (from_dir && !to_dir)
        return -ENOTDIR;
    if (!from_dir && to_dir)
        return -EISDIR;
    return to_dir ? change_check_empty(to->dentry) : 0;
}

static bool is_mount(const struct dentry *d)
{
    return d != NULL && d->parent == d;
}

static int replace(const struct walk *from, const struct walk *to)
{
    int err = check_target(from, to);
    if (err != 0)
        return err;
    char *name = change_copy_name(to->name, to->length);
    if (name == NULL)
        return -ENOMEM;
    if (to->dentry != NULL)
        change_drop(to->dentry);
    change_move_name(from->dentry, to->parent, name, to->length);
    return 0;
}

static int rename_locked(struct walk *from, struct walk *to, unsigned flags)
{
    int err = check_names(from, to, flags);
    if (err == 0)
        err = check_loops(from, to, flags);
    if (err != 0)
        return err;
    if (from->parent->inode->sb->create_error != 0)
        return -EPERM;
    if (is_mount(from->dentry) || is_mount(to->dentry))
        return -EBUSY;
    if (to->dentry != NULL && to->dentry->inode == from->dentry->inode)
        return 0; /* two names of one file: nothing happens */
    if (from->parent->inode->sb->backed)
        return backed_rename(from, to, flags);
    return flags & RENAME_EXCHANGE ? exchange(from->dentry, to->dentry) : replace(from, to);
}

static int rename_once(int olddir, const char *old, int newdir, const char *new, unsigned flags,
                       unsigned walk_flags)
{
    struct dentry *base;
    struct walk from, to = {0};
    int err = vfs_base(newdir, new, false, &base);
    if (err != 0)
        return err;
    err = change_begin(olddir, old, walk_flags, &from);
    if (err == 0) {
        to.write = true;
        err = walk_path(base, new, WALK_PARENT | walk_flags, &to);
        if (err == 0)
            err = rename_locked(&from, &to, flags);
        change_end(&from);
        walk_done(&to); /* may free the replaced file */
    }
    dentry_put(base);
    return err;
}

int vfs_rename(int olddir, const char *old, int newdir, const char *new, unsigned flags)
{
    struct tries tries = {0};
    int err;
    if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE) ||
        (flags & RENAME_NOREPLACE && flags & RENAME_EXCHANGE))
        return -EINVAL;
    do
        err = rename_once(olddir, old, newdir, new, flags, tries.flags);
    while (change_again(err, &tries));
    return err;
}
