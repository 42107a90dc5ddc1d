/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: dentries, the names of the tree. A directory holds a reference of each
 * linked child, and a child one of its parent as long as it lives, so a removed
 * directory that is still in use keeps its parents.
 *
 * Names of backed file systems are in a list of their own besides, for who looks for
 * one that may go: only the tree has a reference of it. Under vfs_lock held for writing
 * nobody gets another, since walks find names under that lock.
 *
 * Lock: vfs_lock protects names, parents and directories; populate_lock is taken
 * inside it to fill a directory at its first use.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <hermit/vfs.h>
#include <linux/errno.h>

struct rwlock vfs_lock = RWLOCK_INIT(vfs_lock);
static struct mutex populate_lock = MUTEX_INIT(populate_lock);

static struct {
    struct list names; /* linked ones of backed file systems, the longest unused first */
    unsigned long nr;
} cache = {.names = LIST_INIT(cache.names)}; /* vfs_lock, for writing */

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
    store_relaxed(&d->valid_until, VALID_FOR_EVER);
    store_relaxed(&d->populated,
                  inode == NULL || inode->ops == NULL || inode->ops->populate == NULL);
    d->parent = parent != NULL ? parent : d;
    if (parent != NULL)
        dentry_get(parent);
    return d;
}

void dentry_get(struct dentry *d)
{
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
}

static bool drop_reference(struct dentry *d)
{
    return atomic_fetch_sub_explicit(&d->refs, 1, memory_order_acq_rel) == 1;
}

/* Frees d, whose last reference is gone. Returns its parent, whose reference is the caller's. */
static struct dentry *free_dentry(struct dentry *d)
{
    struct dentry *parent = d->parent;
    if (d->inode != NULL)
        inode_put(d->inode);
    kfree(d->name);
    kfree(d);
    return parent;
}

void dentry_put(struct dentry *d)
{
    while (drop_reference(d))
        d = free_dentry(d);
}

void dentry_put_later(struct dentry *d, struct dentry **dead)
{
    if (!drop_reference(d))
        return;
    d->next_dead = *dead;
    *dead = d;
}

void dentry_free_dead(struct dentry *dead)
{
    while (dead != NULL) {
        struct dentry *next = dead->next_dead;
        dentry_put(free_dentry(dead));
        dead = next;
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

/* Into the parent's tree of names. */
static void insert_name(struct dentry *d)
{
    struct dentry *dir = d->parent;
    struct rb_node **link = &dir->names.node, *above = NULL;
    while (*link != NULL) {
        above = *link;
        bool left = compare(rb_entry(above, struct dentry, by_name), d->name, d->length) > 0;
        link = left ? &above->left : &above->right;
    }
    rb_insert(&dir->names, above, link, &d->by_name, NULL);
    d->linked = true;
    dentry_get(d);
}

/* At the end of the parent's listing. */
static void insert_last(struct dentry *d)
{
    struct dentry *dir = d->parent;
    struct rb_node *last = rb_last(&dir->children);
    struct rb_node **link = last != NULL ? &last->right : &dir->children.node;
    d->cookie = dir->next_cookie++;
    rb_insert(&dir->children, last, link, &d->by_cookie, NULL);
}

static bool is_backed(const struct dentry *dir)
{
    return dir->inode->sb->backed;
}

void dentry_link(struct dentry *d)
{
    struct dentry *dir = d->parent;
    insert_name(d);
    if (is_backed(dir)) {
        list_push_back(&cache.names, &d->of_backed);
        cache.nr++;
    } else {
        insert_last(d);
    }
}

/* Takes a name out; its reference of the directory is the caller's. */
static void take_out(struct dentry *d)
{
    rb_remove(&d->parent->names, &d->by_name, NULL);
    if (is_backed(d->parent)) {
        list_remove(&d->of_backed);
        cache.nr--;
    } else {
        rb_remove(&d->parent->children, &d->by_cookie, NULL);
    }
    d->linked = false;
}

void dentry_unlink(struct dentry *d)
{
    take_out(d);
    dentry_put(d);
}

void dentry_forget(struct dentry *d, struct dentry **dead)
{
    take_out(d);
    dentry_put_later(d, dead);
}

bool dentry_is_fresh(const struct dentry *d)
{
    uint64_t until = load_relaxed(&d->valid_until);
    if (unlikely(d->inode != NULL && load_relaxed(&d->inode->astray)) && d->mounted == NULL)
        return false;
    return until == VALID_FOR_EVER || d->mounted != NULL || clock_monotonic() < until;
}

/* How long an answer holds, which a change may have overtaken. */
static uint64_t valid_until(const struct dentry *dir, uint64_t valid_ns, uint32_t changes)
{
    if (load_relaxed(&dir->inode->changes) != changes) /* vfs_lock */
        return 0;
    uint64_t now = clock_monotonic();
    return valid_ns < VALID_FOR_EVER - now ? now + valid_ns : VALID_FOR_EVER;
}

/* d is still what the server says: the reference of the inode is one too many. */
static struct dentry *renew(struct dentry *d, const struct found *found, uint64_t until)
{
    if (found->inode != NULL)
        inode_put(found->inode); /* not the last one */
    store_relaxed(&d->valid_until, until);
    dentry_get(d);
    return d;
}

struct dentry *dentry_install(struct dentry *dir, const struct name *name,
                              const struct found *found, uint32_t changes, struct dentry **dead)
{
    uint64_t until = valid_until(dir, found->valid_ns, changes);
    struct dentry *old = dentry_find(dir, name->text, name->length);
    if (old != NULL && old->inode == found->inode)
        return renew(old, found, until);
    struct dentry *d = dentry_alloc(dir, name->text, name->length, found->inode);
    if (d == NULL)
        return NULL;
    store_relaxed(&d->valid_until, until);
    if (old != NULL)
        dentry_forget(old, dead);
    if (dir->linked)
        dentry_link(d);
    return d;
}

unsigned long dentry_shrink(unsigned long keep)
{
    struct dentry *dead = NULL;
    unsigned long gone = 0;
    rwlock_write_lock(&vfs_lock);
    unsigned long left = cache.nr; /* each is looked at once */
    for (; left > 0 && cache.nr > keep; left--) {
        struct dentry *d = list_first(&cache.names, struct dentry, of_backed);
        bool idle = load_relaxed(&d->refs) == 1 && d->mounted == NULL; /* the tree's own */
        if (idle && !load_relaxed(&d->used)) {
            dentry_forget(d, &dead);
            gone++;
            continue;
        }
        store_relaxed(&d->used, false);
        list_remove(&d->of_backed);
        list_push_back(&cache.names, &d->of_backed);
    }
    rwlock_write_unlock(&vfs_lock);
    dentry_free_dead(dead);
    return gone;
}

unsigned long dentry_cached(void)
{
    return peek(cache.nr);
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
