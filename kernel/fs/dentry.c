/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: dentries, the names of the tree. A directory holds a reference of each
 * linked child, and a child one of its parent as long as it lives, so a removed
 * directory that is still in use keeps its parents.
 *
 * Lock: vfs_lock protects names, parents and directories; populate_lock is taken
 * inside it to fill a directory at its first use.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>

struct rwlock vfs_lock = RWLOCK_INIT(vfs_lock);
static struct mutex populate_lock = MUTEX_INIT(populate_lock);

struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t length,
                            struct inode *inode)
{
    struct dentry *d = kzalloc(sizeof(*d));
    char *copy = kmalloc(length + 1);
    if (d == NULL || copy == NULL) {
        kfree(d);
        kfree(copy);
        return NULL;
    }
    memcpy(copy, name, length);
    copy[length] = '\0';
    store_relaxed(&d->refs, 1);
    d->inode = inode;
    d->name = copy;
    d->length = (uint16_t)length;
    d->next_cookie = 2; /* 0 and 1 are "." and ".." */
    store_relaxed(&d->populated, inode->ops == NULL || inode->ops->populate == NULL);
    d->parent = parent != NULL ? parent : d;
    if (parent != NULL)
        dentry_get(parent);
    list_init(&d->children);
    list_init(&d->sibling);
    return d;
}

void dentry_get(struct dentry *d)
{
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
}

void dentry_put(struct dentry *d)
{
    while (atomic_fetch_sub_explicit(&d->refs, 1, memory_order_acq_rel) == 1) {
        struct dentry *parent = d->parent;
        inode_put(d->inode);
        kfree(d->name);
        kfree(d);
        d = parent;
    }
}

/* Order of names in a directory's tree. */
static int compare(const struct dentry *d, const char *name, size_t length)
{
    int order = memcmp(d->name, name, MIN((size_t)d->length, length));
    if (order != 0)
        return order;
    return d->length < length ? -1 : d->length > length;
}

void dentry_link(struct dentry *d)
{
    struct dentry *dir = d->parent;
    struct rb_node **link = &dir->names.node, *above = NULL;
    while (*link != NULL) {
        above = *link;
        bool left = compare(rb_entry(above, struct dentry, by_name), d->name, d->length) > 0;
        link = left ? &above->left : &above->right;
    }
    rb_insert(&dir->names, above, link, &d->by_name, NULL);
    d->cookie = dir->next_cookie++;
    list_push_back(&dir->children, &d->sibling);
    d->linked = true;
    dentry_get(d);
}

void dentry_unlink(struct dentry *d)
{
    rb_remove(&d->parent->names, &d->by_name, NULL);
    list_remove(&d->sibling);
    if (load_relaxed(&d->parent->resume) == d) /* vfs_lock */
        store_relaxed(&d->parent->resume, NULL);
    d->linked = false;
    dentry_put(d);
}

struct dentry *dentry_find(struct dentry *dir, const char *name, size_t length)
{
    struct rb_node *n = dir->names.node;
    while (n != NULL) {
        struct dentry *d = rb_entry(n, struct dentry, by_name);
        int order = compare(d, name, length);
        if (order == 0)
            return d;
        n = order > 0 ? n->left : n->right;
    }
    return NULL;
}

struct dentry *dentry_add(struct dentry *dir, const char *name, struct inode *inode)
{
    if (inode == NULL)
        return NULL;
    struct dentry *d = dentry_alloc(dir, name, strlen(name), inode);
    if (d == NULL) {
        inode_put(inode);
        return NULL;
    }
    dentry_link(d);
    if (inode_is_dir(inode))
        add_relaxed(&dir->inode->nlink, 1);
    dentry_put(d); /* the directory keeps its reference */
    return d;      /* NOLINT(clang-analyzer-unix.Malloc): counted by the directory */
}

int dentry_populate(struct dentry *dir)
{
    if (likely(atomic_load_explicit(&dir->populated, memory_order_acquire))) /* pairs: below */
        return 0;
    int err = 0;
    mutex_lock(&populate_lock);
    if (!load_relaxed(&dir->populated)) {
        err = dir->inode->ops->populate(dir);
        atomic_store_explicit(&dir->populated, err == 0, memory_order_release);
    }
    mutex_unlock(&populate_lock);
    return err;
}

bool dentry_is_below(const struct dentry *d, const struct dentry *dir)
{
    for (;; d = d->parent) {
        while (d != dir && d->parent == d && d->covers != NULL)
            d = d->covers;
        if (d == dir)
            return true;
        if (d->parent == d)
            return false;
    }
}

ssize_t dentry_path_locked(struct dentry *d, char *buf, size_t size)
{
    static const char deleted[] = " (deleted)";
    size_t at = size;
    bool gone = !d->linked;
    if (size < sizeof(deleted) + 1)
        return -ENAMETOOLONG;
    buf[--at] = '\0';
    if (gone) {
        at -= sizeof(deleted) - 1;
        memcpy(buf + at, deleted, sizeof(deleted) - 1);
    }
    for (;; d = d->parent) {
        while (d->parent == d && d->covers != NULL)
            d = d->covers;
        if (d->parent == d)
            break;
        if (at < (size_t)d->length + 1)
            return -ENAMETOOLONG;
        at -= d->length;
        memcpy(buf + at, d->name, d->length);
        buf[--at] = '/';
    }
    if (buf[at] != '/') {
        if (at == 0)
            return -ENAMETOOLONG;
        buf[--at] = '/';
    }
    memmove(buf, buf + at, size - at);
    return (ssize_t)(size - at - 1);
}

ssize_t dentry_path(struct dentry *d, char *buf, size_t size)
{
    rwlock_read_lock(&vfs_lock);
    ssize_t n = dentry_path_locked(d, buf, size);
    rwlock_read_unlock(&vfs_lock);
    return n;
}
