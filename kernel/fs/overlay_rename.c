/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: renaming in the overlay (overlay.h). A folder that is below, too, cannot be moved: EXDEV,
 * as of overlayfs without redirects. The tree holds the locks of both folders, and one for all
 * moves between folders.
 */
#include "overlay.h"

#include <hermit/kmalloc.h>
#include <linux/errno.h>
#include <linux/fs.h>

/* What has a name; NULL: nothing. */
static struct overlay_inode *owner(const struct overlay_name *n)
{
    return n != NULL && n->state != OVERLAY_GONE ? n->inode : NULL;
}

static bool is_folder(const struct overlay_inode *o)
{
    return inode_is_dir(&o->inode);
}

static bool is_fixed(const struct overlay_inode *o)
{
    return is_folder(o) && o->below != NULL;
}

static bool lies_in(const struct overlay_inode *dir, const struct overlay_inode *o)
{
    while (dir != NULL && dir != o)
        dir = dir->parent;
    return dir == o;
}

/* Errors that follow from what the tree knows. `old` is what has the new name; NULL: nothing. */
static int check_kinds(const struct overlay_inode *o, const struct overlay_inode *old,
                       unsigned flags)
{
    bool exchange = flags & RENAME_EXCHANGE;
    if (is_fixed(o) || (exchange && is_fixed(old)))
        return -EXDEV;
    if (old == NULL || exchange)
        return 0;
    if (is_folder(o) != is_folder(old))
        return is_folder(o) ? -ENOTDIR : -EISDIR;
    return 0;
}

/* overlay_lock: whether that is so still. */
static int check_names(const struct renaming *r, const struct overlay_inode *o,
                       const struct overlay_inode *old)
{
    struct overlay_inode *a = overlay_inode(r->from_dir), *b = overlay_inode(r->to_dir);
    bool exchange = r->flags & RENAME_EXCHANGE;
    if (owner(overlay_find(a, r->from.text, r->from.length)) != o ||
        owner(overlay_find(b, r->to.text, r->to.length)) != old)
        return -ESTALE;
    if (b->dead)
        return -ENOENT;
    if (lies_in(b, o) || (exchange && lies_in(a, old)))
        return -EINVAL;
    if (!exchange && old != NULL && is_folder(old) && old->made.node != NULL)
        return -ENOTEMPTY;
    return 0;
}

/* A folder is in `b` from now on. */
static void move_folder(struct overlay_inode *o, struct overlay_inode *a, struct overlay_inode *b)
{
    if (!is_folder(o))
        return;
    o->parent = b;
    inode_get(&b->inode);
    a->nr_folders--;
    b->nr_folders++;
    inode_put(&a->inode); /* not the last one: the caller has another */
}

static void exchange(struct overlay_name *n, struct overlay_name *m, struct overlay_inode *a,
                     struct overlay_inode *b)
{
    struct overlay_inode *o = n->inode;
    n->inode = m->inode;
    m->inode = o;
    move_folder(m->inode, a, b);
    move_folder(n->inode, b, a);
}

/* What had the new name, if that had a reference of it, is left to the caller. */
static struct overlay_inode *replace(struct overlay_name *n, struct overlay_name *old,
                                     struct overlay_name *new, struct overlay_inode *a,
                                     struct overlay_inode *b)
{
    struct overlay_inode *o = n->inode, *left = owner(old);
    if (left != NULL) {
        overlay_pin_locked(left);
        if (is_folder(left)) {
            left->dead = true;
            b->nr_folders -= left->below == NULL;
        }
    }
    (void)overlay_name_drop(a, n); /* its reference is the new name's */
    overlay_name_made(b, old, new, o);
    move_folder(o, a, b);
    return left;
}

/* overlay_lock */
static int rename_locked(const struct renaming *r, struct overlay_name *new,
                         struct overlay_inode **left)
{
    struct overlay_inode *a = overlay_inode(r->from_dir), *b = overlay_inode(r->to_dir);
    struct overlay_inode *o = overlay_inode(r->inode);
    struct overlay_inode *old = r->replaced != NULL ? overlay_inode(r->replaced) : NULL;
    int err = check_names(r, o, old);
    if (err != 0)
        return err;
    struct overlay_name *from = overlay_find(a, r->from.text, r->from.length);
    struct overlay_name *to = overlay_find(b, r->to.text, r->to.length);
    overlay_pin_locked(o);
    overlay_touch(a);
    overlay_touch(b);
    inode_touch_changed(r->inode);
    if (r->flags & RENAME_EXCHANGE) {
        overlay_pin_locked(old);
        inode_touch_changed(r->replaced);
        exchange(from, to, a, b);
    } else {
        *left = replace(from, to, new, a, b);
    }
    return 0;
}

int overlay_rename(const struct renaming *r)
{
    struct overlay_inode *old = r->replaced != NULL ? overlay_inode(r->replaced) : NULL;
    struct overlay_inode *left = NULL;
    bool exchanges = r->flags & RENAME_EXCHANGE;
    if (exchanges && old == NULL)
        return -ENOENT;
    int err = check_kinds(overlay_inode(r->inode), old, r->flags);
    if (err == 0 && !exchanges && old != NULL && is_folder(old))
        err = overlay_check_empty(old);
    if (err != 0)
        return err;
    struct overlay_name *new = exchanges ? NULL : overlay_name_alloc(&r->to);
    if (new == NULL && !exchanges)
        return -ENOSPC;
    mutex_lock(&overlay_lock);
    err = rename_locked(r, new, &left);
    mutex_unlock(&overlay_lock);
    if (err != 0)
        kfree(new);
    if (left != NULL)
        inode_put(&left->inode);
    return err;
}
