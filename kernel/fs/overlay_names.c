/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the names in folders of the overlay (overlay.h). A name that its folder does not know is
 * what the folder below says, for ever. The tree holds the lock of a folder whose names it changes,
 * so that only look-ups and overlay_pin() come in between: they make names of files below known, or
 * kept.
 */
#include "overlay.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/stat.h>

struct mutex overlay_lock = MUTEX_INIT(overlay_lock);

static int compare(const struct overlay_name *n, const char *text, size_t length)
{
    int order = memcmp(n->text, text, MIN((size_t)n->length, length));
    if (order != 0)
        return order;
    return n->length < length ? -1 : n->length > length;
}

/* The place of a name in its folder; *link is NULL if it is not there. */
static struct rb_node **place(struct overlay_inode *dir, const char *text, size_t length,
                              struct rb_node **above)
{
    struct rb_node **link = &dir->names.node;
    *above = NULL;
    while (*link != NULL) {
        int order = compare(rb_entry(*link, struct overlay_name, by_name), text, length);
        if (order == 0)
            break;
        *above = *link;
        link = order > 0 ? &(*link)->left : &(*link)->right;
    }
    return link;
}

struct overlay_name *overlay_find(struct overlay_inode *dir, const char *text, size_t length)
{
    struct rb_node *above, *node = *place(dir, text, length, &above);
    return node != NULL ? rb_entry(node, struct overlay_name, by_name) : NULL;
}

struct overlay_name *overlay_name_alloc(const struct name *name)
{
    struct overlay_name *n = kzalloc(sizeof(*n) + name->length);
    if (n == NULL)
        return NULL;
    n->length = (uint16_t)name->length;
    memcpy(n->text, name->text, name->length);
    return n;
}

static void insert(struct overlay_inode *dir, struct overlay_name *n)
{
    struct rb_node *above, **link = place(dir, n->text, n->length, &above);
    rb_insert(&dir->names, above, link, &n->by_name, NULL);
}

/* It is not listed among the new names any more. */
static void unlist(struct overlay_inode *dir, struct overlay_name *n)
{
    if (n->state == OVERLAY_MADE)
        rb_remove(&dir->made, &n->by_cookie, NULL);
}

void overlay_name_free(struct overlay_inode *dir, struct overlay_name *n)
{
    unlist(dir, n);
    if (n->state == OVERLAY_SEEN)
        n->inode->seen = NULL;
    rb_remove(&dir->names, &n->by_name, NULL);
    kfree(n);
}

/* It is listed behind all others. */
static void list_last(struct overlay_inode *dir, struct overlay_name *n)
{
    struct rb_node *last = rb_last(&dir->made);
    struct rb_node **link = last != NULL ? &last->right : &dir->made.node;
    n->cookie = dir->next_cookie++;
    rb_insert(&dir->made, last, link, &n->by_cookie, NULL);
}

void overlay_name_made(struct overlay_inode *dir, struct overlay_name *old, struct overlay_name *n,
                       struct overlay_inode *o)
{
    if (old != NULL) {
        n->below = old->below;
        overlay_name_free(dir, old);
    }
    n->state = OVERLAY_MADE;
    n->inode = o;
    insert(dir, n);
    list_last(dir, n);
}

bool overlay_name_drop(struct overlay_inode *dir, struct overlay_name *n)
{
    bool kept = n->state != OVERLAY_SEEN;
    if (!n->below) {
        overlay_name_free(dir, n);
        return true;
    }
    unlist(dir, n);
    if (!kept)
        n->inode->seen = NULL;
    n->state = OVERLAY_GONE;
    n->inode = NULL;
    return kept;
}

/* A link below is broken. */
static void own_attributes(struct overlay_inode *o)
{
    if (load_relaxed(&o->changed)) /* overlay_lock */
        return;
    if (o->below != NULL && !inode_is_dir(o->below) && load_relaxed(&o->inode.nlink) > 1)
        store_relaxed(&o->inode.nlink, 1);
    store_relaxed(&o->changed, true);
}

/* A file whose name is kept is in folders whose names are kept. One whose name was removed stays as
 * long as it is open. */
void overlay_pin_locked(struct overlay_inode *o)
{
    own_attributes(o);
    for (; o->seen != NULL; o = o->parent) {
        o->seen->state = OVERLAY_CHANGED;
        o->seen = NULL;
        inode_get(&o->inode);
        own_attributes(o->parent);
    }
}

void overlay_pin(struct overlay_inode *o)
{
    mutex_lock(&overlay_lock);
    overlay_pin_locked(o);
    mutex_unlock(&overlay_lock);
}

void overlay_touch(struct overlay_inode *dir)
{
    overlay_pin_locked(dir);
    inode_touch_modified(&dir->inode);
}

/* What the folder itself knows of a name: 0 and *found, or −EAGAIN: it does not. */
static int find_known(struct overlay_inode *dir, const struct name *name, struct found *found)
{
    struct overlay_name *n = overlay_find(dir, name->text, name->length);
    if (n == NULL)
        return dir->below != NULL ? -EAGAIN : 0;
    if (n->state == OVERLAY_GONE)
        return 0;
    if (!inode_try_get(&n->inode->inode))
        return -EAGAIN; /* it is on its way out */
    found->inode = &n->inode->inode;
    return 0;
}

/* Makes a name below known by its new inode, whose reference becomes the caller's. */
static void see(struct overlay_inode *dir, struct overlay_name *n, struct overlay_inode *o)
{
    struct overlay_name *old = overlay_find(dir, n->text, n->length);
    if (old != NULL) /* its inode is on its way out */
        overlay_name_free(dir, old);
    n->state = OVERLAY_SEEN;
    n->below = true;
    n->inode = o;
    o->seen = n;
    insert(dir, n);
}

/* The inode of a file below, whose reference it takes over, unless another look-up was first. */
static int see_below(struct overlay_inode *dir, const struct name *name, struct inode *below,
                     struct found *found)
{
    struct overlay_inode *o = overlay_new_seen(dir->inode.sb, dir, below);
    struct overlay_name *n = overlay_name_alloc(name);
    int err = -ENOMEM;
    if (o != NULL && n != NULL) {
        mutex_lock(&overlay_lock);
        err = find_known(dir, name, found);
        if (err != 0) {
            see(dir, n, o);
            found->inode = &o->inode;
        }
        mutex_unlock(&overlay_lock);
    }
    if (o != NULL && found->inode != &o->inode)
        inode_put(&o->inode);
    if (o == NULL || found->inode != &o->inode)
        kfree(n);
    return err == -EAGAIN ? 0 : err;
}

int overlay_lookup(struct inode *dir, const struct name *name, struct inode *known,
                   struct found *found)
{
    struct overlay_inode *in = overlay_inode(dir);
    struct found below = {0};
    (void)known;
    *found = (struct found){.valid_ns = VALID_FOR_EVER};
    mutex_lock(&overlay_lock);
    int err = find_known(in, name, found);
    mutex_unlock(&overlay_lock);
    if (err != -EAGAIN)
        return err;
    err = in->below->ops->lookup(in->below, name, NULL, &below);
    if (err != 0 || below.inode == NULL)
        return err;
    return see_below(in, name, below.inode, found);
}

/* The name, if a file has it. */
static struct overlay_name *find_file(struct overlay_inode *dir, const struct name *name)
{
    struct overlay_name *n = overlay_find(dir, name->text, name->length);
    return n != NULL && n->state != OVERLAY_GONE ? n : NULL;
}

/* Gives `o` a name, with a new reference of it. overlay_lock; 0 or −errno: `n` is the caller's. */
static int add_name(struct overlay_inode *dir, const struct name *name, struct overlay_name *n,
                    struct overlay_inode *o)
{
    if (dir->dead)
        return -ENOENT;
    if (find_file(dir, name) != NULL)
        return -EEXIST;
    inode_get(&o->inode);
    overlay_name_made(dir, overlay_find(dir, name->text, name->length), n, o);
    overlay_touch(dir);
    return 0;
}

int overlay_make(struct inode *dir, const struct new_file *file, struct found *found)
{
    struct overlay_inode *in = overlay_inode(dir);
    struct overlay_inode *o = overlay_new(dir->sb, file->mode, file->rdev, file->target);
    struct overlay_name *n = overlay_name_alloc(&file->name);
    int err = -ENOSPC;
    if (o != NULL && n != NULL) {
        store_relaxed(&o->inode.gid, file->gid);
        mutex_lock(&overlay_lock);
        err = add_name(in, &file->name, n, o);
        if (err == 0 && S_ISDIR(file->mode)) {
            in->nr_folders++;
            o->parent = in;
            inode_get(dir);
        }
        mutex_unlock(&overlay_lock);
    }
    if (err == 0) {
        *found = (struct found){.inode = &o->inode, .valid_ns = VALID_FOR_EVER};
        return 0;
    }
    kfree(n);
    if (o != NULL)
        inode_put(&o->inode);
    return err;
}

/* A file without a name may get its first one if O_TMPFILE said so. */
static bool may_be_linked(const struct inode *inode)
{
    return load_relaxed(&inode->nlink) != 0 || (inode_type(inode) == S_IFREG && inode->linkable);
}

int overlay_link(struct inode *dir, const struct name *name, struct inode *inode)
{
    struct overlay_inode *o = overlay_inode(inode);
    struct overlay_name *n = overlay_name_alloc(name);
    int err = n != NULL ? -ENOENT : -ENOSPC;
    mutex_lock(&overlay_lock);
    if (n != NULL && may_be_linked(inode)) {
        overlay_pin_locked(o);
        err = add_name(overlay_inode(dir), name, n, o);
        if (err == 0 && inode_type(inode) == S_IFREG)
            inode->linkable = false;
    }
    mutex_unlock(&overlay_lock);
    if (err != 0)
        kfree(n);
    return err;
}

/* overlay_lock. 0 or −errno; *kept: the name had a reference of the inode. */
static int remove_locked(struct overlay_inode *dir, const struct name *name,
                         struct overlay_inode *o, bool *kept)
{
    struct overlay_name *n = find_file(dir, name);
    bool folder = inode_is_dir(&o->inode);
    if (n == NULL)
        return -ENOENT;
    if (n->inode != o)
        return -ESTALE; /* another one has got the name since the tree looked */
    if (folder && o->made.node != NULL)
        return -ENOTEMPTY;
    own_attributes(o); /* the number of its names is */
    *kept = overlay_name_drop(dir, n);
    if (folder) {
        o->dead = true;
        dir->nr_folders -= o->below == NULL;
    }
    overlay_touch(dir);
    return 0;
}

int overlay_remove(struct inode *dir, const struct name *name, struct inode *inode)
{
    struct overlay_inode *o = overlay_inode(inode);
    bool kept = false;
    int err = inode_is_dir(inode) ? overlay_check_empty(o) : 0;
    if (err != 0)
        return err;
    mutex_lock(&overlay_lock);
    err = remove_locked(overlay_inode(dir), name, o, &kept);
    mutex_unlock(&overlay_lock);
    if (kept)
        inode_put(inode);
    return err;
}
