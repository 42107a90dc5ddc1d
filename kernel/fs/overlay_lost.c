/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: telling the launcher of the overlay's files that end with the machine (lost.c): those that
 * were made, or are not what is below any more by size or time. Only names that were changed are
 * looked at, and folders with such names. The process has ended.
 */
#include "overlay.h"

#include <hermit/atomic.h>
#include <hermit/console.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "vfs_internal.h"

/* A way through a tree of names. */
struct tour {
    struct overlay_inode *top, *dir;
    char *path; /* of dir, no NUL; PATH_MAX */
    size_t length;
};

static bool is_lost(const struct overlay_name *n)
{
    struct overlay_inode *o = n->inode;
    if (n->state == OVERLAY_SEEN || n->state == OVERLAY_GONE || inode_type(&o->inode) != S_IFREG ||
        !overlay_is_copied(o))
        return false;
    if (o->below == NULL)
        return lost_file_is_changed(&o->inode); /* the kernel has made some */
    return load_relaxed(&o->inode.size) != load_relaxed(&o->below->size) ||
           load_relaxed(&o->inode.mtime) != load_relaxed(&o->below->mtime);
}

static bool is_at(const struct tour *t, const char *path)
{
    return strlen(path) == t->length && memcmp(t->path, path, t->length) == 0;
}

/* /tmp, /run and /var/tmp */
static bool is_temporary(const struct tour *t)
{
    return is_at(t, "/tmp") || is_at(t, "/run") || is_at(t, "/var/tmp");
}

static bool push(struct tour *t, const struct overlay_name *n)
{
    if (t->length + 1 + n->length > PATH_MAX)
        return false;
    t->path[t->length] = '/';
    memcpy(t->path + t->length + 1, n->text, n->length);
    t->length += 1 + n->length;
    return true;
}

static void pop(struct tour *t, size_t length)
{
    t->length -= 1 + length;
}

static struct overlay_name *first_in(const struct overlay_inode *dir)
{
    struct rb_node *node = rb_first(&dir->names);
    return node != NULL ? rb_entry(node, struct overlay_name, by_name) : NULL;
}

static struct overlay_name *after(const struct overlay_name *n)
{
    struct rb_node *node = rb_next(&n->by_name);
    return node != NULL ? rb_entry(node, struct overlay_name, by_name) : NULL;
}

/* True if the tour is in the folder that `n` names, now. */
static bool enter(struct tour *t, const struct overlay_name *n)
{
    bool folder =
        n->state != OVERLAY_SEEN && n->state != OVERLAY_GONE && inode_is_dir(&n->inode->inode);
    if (!folder || !push(t, n))
        return false;
    if (is_temporary(t)) {
        pop(t, n->length);
        return false;
    }
    t->dir = n->inode;
    return true;
}

/* Goes back to the folder above, and to the name after the one that led here. */
static struct overlay_name *leave(struct tour *t)
{
    size_t start = t->length;
    while (t->path[start - 1] != '/')
        start--;
    t->dir = t->dir->parent;
    struct overlay_name *n = overlay_find(t->dir, t->path + start, t->length - start);
    t->length = start - 1;
    return after(n);
}

static struct overlay_name *next_in(struct tour *t, struct overlay_name *n)
{
    if (enter(t, n))
        n = first_in(t->dir);
    else
        n = after(n);
    while (n == NULL && t->dir != t->top)
        n = leave(t);
    return n;
}

/* The path of `n`, which is in t->dir; its own name if that is too long to be told. */
static size_t path_of(const struct tour *t, const struct overlay_name *n, char *path)
{
    size_t length = t->length + 1 + n->length, own = MIN(n->length, HERMIT_LOST_PATH_MAX);
    if (length > HERMIT_LOST_PATH_MAX) {
        memcpy(path, n->text, own);
        return own;
    }
    memcpy(path, t->path, t->length);
    path[t->length] = '/';
    memcpy(path + t->length + 1, n->text, n->length);
    return length;
}

/* How many files are lost, and the path of the first one. */
static uint64_t count(struct tour *t, char *first, size_t *length)
{
    uint64_t found = 0;
    for (struct overlay_name *n = first_in(t->dir); n != NULL; n = next_in(t, n)) {
        if (is_lost(n) && found++ == 0)
            *length = path_of(t, n, first);
    }
    return found;
}

void overlay_lost_tell(struct dentry *folder)
{
    char first[HERMIT_LOST_PATH_MAX];
    struct overlay_inode *top = overlay_inode(folder->inode);
    struct tour t = {top, top, kmalloc(PATH_MAX), 0};
    size_t length = 0;
    ssize_t n = t.path != NULL ? dentry_path(folder, t.path, PATH_MAX) : -1;
    if (n > 0) {
        t.length = n == 1 ? 0 : (size_t)n; /* "/" */
        mutex_lock(&overlay_lock);
        uint64_t found = count(&t, first, &length);
        mutex_unlock(&overlay_lock);
        if (found > 0)
            console_lost_files(found, first, length);
    }
    kfree(t.path);
}
