/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: changes of names at the server of a backed file system, and what the tree knows after
 * them.
 *
 * Locks: the callers hold vfs_lock for writing, for what their walk found. A change unlocks, takes
 * the folder's lock, asks the server, and takes vfs_lock again for what it has to tell the tree; so
 * the changes of a folder come in one order to both. A look-up in the same folder takes no lock of
 * the folder: dir->changes tells it that its answer may be older than a change, and then it is used
 * once. Two folders are locked by address, under the file system's rename_lock: the tree of folders
 * changes at the server in the order in which it changes here.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "change.h"
#include "vfs_internal.h"

static void begin(struct inode *dir)
{
    rwlock_write_unlock(&vfs_lock);
    mutex_lock(&dir->lock);
}

/* The tree knows of a change now. */
static void end(struct inode *dir)
{
    mutex_unlock(&dir->lock);
}

/* Before the tree learns of a change, whatever the server answered. */
static void overtake(struct inode *dir)
{
    rwlock_write_lock(&vfs_lock);
    add_relaxed(&dir->changes, 1); /* vfs_lock */
}

/* The tree forgets what it knows of a name. */
static void forget(struct dentry *dir, const struct name *name, struct dentry **dead)
{
    struct dentry *d = dentry_find(dir, name->text, name->length);
    if (d != NULL && d->mounted == NULL)
        dentry_forget(d, dead);
}

/* Whether a name means what the walk to it found. What is not in the tree any more has no names
 * there, and the server knows. */
static bool is_as_found(const struct walk *w)
{
    if (!w->parent->linked)
        return true;
    const struct dentry *d = dentry_find(w->parent, w->name, w->length);
    const struct inode *found = w->dentry != NULL ? w->dentry->inode : NULL;
    return (d != NULL ? d->inode : NULL) == found;
}

/* Whether both names mean what the walks found, with their folders locked; `to` may be NULL. Else
 * the server is not asked to change them: it would change another file's name, or none, for which
 * that of virtio-fs says EIO. */
static bool are_as_found(const struct walk *from, const struct walk *to)
{
    rwlock_read_lock(&vfs_lock);
    bool same = is_as_found(from) && (to == NULL || is_as_found(to));
    rwlock_read_unlock(&vfs_lock);
    return same;
}

/* A file has gained or lost a name: what holds until its attributes are renewed. */
static void count_names(struct inode *inode, int n)
{
    if (!inode_is_dir(inode))
        add_relaxed(&inode->nlink, (uint32_t)n);
    else if (n < 0)
        store_relaxed(&inode->removed, true);
    inode_touch_changed(inode);
}

static struct name last_name(const struct walk *w)
{
    return (struct name){w->name, w->length};
}

int backed_make(struct walk *w, uint32_t mode, uint64_t rdev, const char *target)
{
    struct inode *dir = w->parent->inode;
    bool inherit = load_relaxed(&dir->mode) & S_ISGID;
    struct new_file file = {last_name(w), mode, 0, rdev, target};
    struct found found = {0};
    if (inherit)
        file.gid = load_relaxed(&dir->gid);
    if (inherit && S_ISDIR(mode))
        file.mode |= S_ISGID;
    if (dir->ops->make == NULL)
        return -EPERM;
    begin(dir);
    int err = dir->ops->make(dir, &file, &found);
    overtake(dir);
    if (err == 0) {
        w->dentry =
            dentry_install(w->parent, &file.name, &found, load_relaxed(&dir->changes), &w->dead);
        if (w->dentry == NULL)
            err = -ENOMEM;
    } else if (err == -EEXIST) {
        forget(w->parent, &file.name, &w->dead);
    }
    end(dir);
    return err;
}

int backed_remove(struct walk *w)
{
    struct inode *dir = w->parent->inode, *inode = w->dentry->inode;
    struct name name = last_name(w);
    if (dir->ops->remove == NULL)
        return -EPERM;
    begin(dir);
    int err = are_as_found(w, NULL) ? dir->ops->remove(dir, &name, inode) : -ESTALE;
    overtake(dir);
    if (err == 0)
        count_names(inode, -1);
    if (err == 0 || err == -ENOENT || err == -ESTALE)
        forget(w->parent, &name, &w->dead);
    end(dir);
    return err;
}

int backed_link(struct walk *w, struct inode *inode)
{
    struct inode *dir = w->parent->inode;
    struct name name = last_name(w);
    if (dir->ops->link == NULL)
        return -EPERM;
    begin(dir);
    int err = dir->ops->link(dir, &name, inode);
    overtake(dir);
    if (err == 0)
        count_names(inode, 1);
    if (err == 0 || err == -EEXIST)
        forget(w->parent, &name, &w->dead); /* that it does not exist */
    end(dir);
    return err;
}

static void begin_two(struct inode *a, struct inode *b)
{
    rwlock_write_unlock(&vfs_lock);
    if (a != b)
        mutex_lock(&a->sb->rename_lock);
    mutex_lock(&MIN(a, b)->lock);
    if (a != b)
        mutex_lock(&MAX(a, b)->lock);
}

static void end_two(struct inode *a, struct inode *b)
{
    mutex_unlock(&a->lock);
    if (a != b) {
        mutex_unlock(&b->lock);
        mutex_unlock(&a->sb->rename_lock);
    }
}

/* The name that was moved, as the tree shows it now. What the tree cannot follow it forgets. */
static void follow_move(struct walk *from, struct walk *to)
{
    struct name old = last_name(from), new = last_name(to);
    struct dentry *d = dentry_find(from->parent, old.text, old.length);
    forget(to->parent, &new, &to->dead);
    if (d == NULL)
        return;
    char *copy = change_copy_name(new.text, new.length);
    if (copy == NULL || d != from->dentry || !to->parent->linked ||
        dentry_is_below(to->parent, d)) {
        kfree(copy);
        forget(from->parent, &old, &from->dead);
        return;
    }
    change_move_name(d, to->parent, copy, new.length);
}

int backed_rename(struct walk *from, struct walk *to, unsigned flags)
{
    struct inode *a = from->parent->inode, *b = to->parent->inode;
    const struct renaming r = {a,
                               b,
                               last_name(from),
                               last_name(to),
                               from->dentry->inode,
                               to->dentry != NULL ? to->dentry->inode : NULL,
                               flags};
    if (a->ops->rename == NULL)
        return -EPERM;
    begin_two(a, b);
    int err = are_as_found(from, to) ? a->ops->rename(&r) : -ESTALE;
    overtake(a);
    if (a != b)
        add_relaxed(&b->changes, 1); /* vfs_lock */
    if (err == 0 && !(flags & RENAME_EXCHANGE)) {
        if (r.replaced != NULL)
            count_names(r.replaced, -1);
        follow_move(from, to);
    } else {
        forget(from->parent, &r.from, &from->dead);
        forget(to->parent, &r.to, &to->dead);
    }
    end_two(a, b);
    return err;
}
