/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: path resolution (path_resolution(7)). A symbolic link's target is walked in
 * place: the rest of the path is pushed on a stack, as deep as links may be nested
 * (40, as on Linux).
 *
 * Lock: the caller holds vfs_lock for the whole walk, so link targets stay valid.
 */
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "vfs_internal.h"

#define MAX_LINKS 40

/* A walk in progress. */
struct way {
    struct dentry *at;            /* directory so far, with a reference */
    const char *rest;             /* path still to go */
    const char *stack[MAX_LINKS]; /* rests of the path after the links being walked */
    unsigned depth, links;
    char *made; /* buffer for targets of generated links, freed after the walk */
    unsigned flags;
    bool slash;        /* after the last name, or after a link that led to it */
    bool slash_behind; /* after a last name that was a link */
    struct walk *out;
};

/* Takes over the caller's reference of d. */
static void step_to(struct way *w, struct dentry *d)
{
    dentry_put(w->at);
    w->at = d;
}

static struct dentry *top_mount(struct dentry *d)
{
    while (d->mounted != NULL)
        d = d->mounted;
    return d;
}

static void step_up(struct way *w)
{
    struct dentry *d = w->at;
    while (d->parent == d && d->covers != NULL)
        d = d->covers;
    d = top_mount(d->parent);
    dentry_get(d);
    step_to(w, d);
}

/* A name that is made for this walk. Not deleted: dentry_path() shows its plain path. */
static struct dentry *transient(struct dentry *dir, const struct name *name, struct inode *inode)
{
    struct dentry *d = dentry_alloc(dir, name->text, name->length, inode);
    if (d == NULL)
        inode_put(inode);
    else
        d->linked = true;
    return d;
}

static struct dentry *ask(struct dentry *dir, const struct name *name, int *err)
{
    struct found found = {0};
    *err = dir->inode->ops->lookup(dir->inode, name, NULL, &found);
    if (*err != 0)
        return NULL;
    if (found.inode == NULL) {
        *err = -ENOENT;
        return NULL;
    }
    *err = -ENOMEM;
    return transient(dir, name, found.inode);
}

/* The child of that name, with a reference; NULL and *err: not found or no memory. */
static struct dentry *child_of(struct dentry *dir, const char *name, size_t length, int *err)
{
    *err = dentry_populate(dir);
    if (*err != 0)
        return NULL;
    if (length > NAME_MAX) {
        *err = -ENAMETOOLONG;
        return NULL;
    }
    *err = -ENOENT;
    struct dentry *d = dentry_find(dir, name, length);
    if (d != NULL) {
        d = top_mount(d);
        dentry_get(d);
        return d;
    }
    const struct inode_ops *ops = dir->inode->ops;
    return ops != NULL && ops->lookup != NULL ? ask(dir, &(struct name){name, length}, err) : NULL;
}

/* Target of a link whose text is generated. */
static int made_target(struct way *w, struct inode *link, const char **target)
{
    if (w->made == NULL)
        w->made = kmalloc_for(PATH_MAX, FRAME_FAULT);
    if (w->made == NULL)
        return -ENOMEM;
    ssize_t n = link->ops->readlink(link, w->made, PATH_MAX - 1);
    if (n < 0)
        return (int)n;
    w->made[n] = '\0';
    *target = w->made;
    return 0;
}

/* Result of following a link: its text is now the rest, or it was a magic link that led directly to
 * w->at, or to a file without a path (out->magic). */
enum followed { FOLLOWED_TEXT, FOLLOWED_JUMP, FOLLOWED_MAGIC };

static int follow_magic(struct way *w, struct inode *link)
{
    struct dentry *to = link->ops->follow(link);
    if (to != NULL) {
        step_to(w, to);
        return FOLLOWED_JUMP;
    }
    if (link->ops->open_link == NULL)
        return -ENOENT;
    inode_get(link);
    w->out->magic = link;
    return FOLLOWED_MAGIC;
}

/* Continues at a link's target: enum followed or −errno. */
static int follow(struct way *w, struct inode *link)
{
    const char *target = link->link;
    if (++w->links > MAX_LINKS)
        return -ELOOP;
    if (link->ops != NULL && link->ops->follow != NULL)
        return follow_magic(w, link);
    if (link->ops != NULL && link->ops->readlink != NULL) {
        int err = made_target(w, link, &target);
        if (err != 0)
            return err;
    }
    if (*target == '\0')
        return -ENOENT;
    w->stack[w->depth++] = w->rest;
    w->rest = target;
    if (*target == '/') {
        dentry_get(vfs_root);
        step_to(w, vfs_root);
    }
    return FOLLOWED_TEXT;
}

static const char *skip_slashes(const char *p)
{
    while (*p == '/')
        p++;
    return p;
}

/* Pops the rests after finished link targets. True: there is more to walk. */
static bool more(struct way *w)
{
    w->rest = skip_slashes(w->rest);
    while (*w->rest == '\0' && w->depth > 0)
        w->rest = skip_slashes(w->stack[--w->depth]);
    return *w->rest != '\0';
}

/* Length of the next component; moves rest past it and its slashes. */
static size_t next_name(struct way *w, const char **name, bool *slash)
{
    const char *end = w->rest;
    *name = end;
    while (*end != '\0' && *end != '/')
        end++;
    size_t length = (size_t)(end - *name);
    *slash = *end == '/';
    w->rest = skip_slashes(end);
    return length;
}

/* True if only slashes are left, on the stack too. */
static bool is_last(const struct way *w)
{
    if (*w->rest != '\0')
        return false;
    for (unsigned i = 0; i < w->depth; i++)
        if (*skip_slashes(w->stack[i]) != '\0')
            return false;
    return true;
}

static enum walk_last kind_of(const char *name, size_t length)
{
    if (length == 1 && name[0] == '.')
        return LAST_DOT;
    if (length == 2 && name[0] == '.' && name[1] == '.')
        return LAST_DOTDOT;
    return LAST_NAME;
}

/* Ends the walk at a last name: d, or the name of a file to create if d is NULL. */
static int finish_name(struct way *w, struct dentry *d, const char *name, size_t length)
{
    struct walk *out = w->out;
    out->parent = w->at;
    dentry_get(out->parent);
    out->dentry = d;
    out->name = name;
    out->length = length;
    out->last = LAST_NAME;
    out->slash = w->slash;
    return 0;
}

/* Ends the walk at w->at: after ".", "..", only slashes, or a magic link. */
static int finish_at(struct way *w, enum walk_last kind)
{
    w->out->last = kind;
    w->out->dentry = w->at;
    dentry_get(w->at);
    return 0;
}

#define GO_ON 1

/* A last name: 0 at the end of the walk, GO_ON after a link. */
static int last_name(struct way *w, const char *name, size_t length)
{
    int err;
    if (w->flags & WALK_CREATE && w->slash)
        return -EISDIR;
    struct dentry *d = child_of(w->at, name, length, &err);
    if (d == NULL && err != -ENOENT)
        return err;
    bool stay = w->flags & WALK_PARENT || (w->flags & WALK_NOFOLLOW && !w->slash);
    if (d == NULL || !inode_is_link(d->inode) || stay)
        return finish_name(w, d, name, length);
    int how = follow(w, d->inode);
    dentry_put(d);
    if (how == FOLLOWED_JUMP)
        return finish_at(w, LAST_ROOT);
    if (how == FOLLOWED_MAGIC)
        return 0;
    w->slash_behind = w->slash;
    return how == FOLLOWED_TEXT ? GO_ON : how;
}

/* A name with more components after it. */
static int middle_name(struct way *w, const char *name, size_t length)
{
    int err;
    struct dentry *d = child_of(w->at, name, length, &err);
    if (d == NULL)
        return err;
    if (!inode_is_link(d->inode)) {
        step_to(w, d);
        return GO_ON;
    }
    int how = follow(w, d->inode);
    dentry_put(d);
    if (how == FOLLOWED_MAGIC)
        return -ENOTDIR;
    return how < 0 ? how : GO_ON;
}

static int walk_component(struct way *w)
{
    const char *name;
    bool slash;
    size_t length = next_name(w, &name, &slash);
    bool last = is_last(w);
    enum walk_last kind = kind_of(name, length);
    w->slash = last && (slash || w->slash_behind);
    if (!inode_is_dir(w->at->inode))
        return -ENOTDIR;
    if (kind == LAST_NAME)
        return last ? last_name(w, name, length) : middle_name(w, name, length);
    if (kind == LAST_DOTDOT)
        step_up(w);
    return last ? finish_at(w, kind) : GO_ON;
}

static int walk_components(struct way *w)
{
    int result = GO_ON;
    while (result == GO_ON && more(w))
        result = walk_component(w);
    return result == GO_ON ? finish_at(w, LAST_ROOT) : result;
}

/* Checks what `flags` and a final slash require of the result. */
static int check_end(const struct walk *out, unsigned flags)
{
    if (out->magic != NULL)
        return flags & WALK_DIRECTORY ? -ENOTDIR : 0;
    if (out->dentry == NULL || inode_is_dir(out->dentry->inode))
        return 0;
    if (flags & WALK_DIRECTORY || (out->slash && !(flags & WALK_PARENT)))
        return -ENOTDIR;
    return 0;
}

int walk_path(struct dentry *start, const char *path, unsigned flags, struct walk *out)
{
    struct way w = {
        .at = *path == '/' ? vfs_root : start, .rest = path, .flags = flags, .out = out};
    *out = (struct walk){0};
    if (*path == '\0' && !(flags & WALK_EMPTY))
        return -ENOENT;
    dentry_get(w.at);
    int err = walk_components(&w);
    if (err == 0)
        err = check_end(out, flags);
    if (err != 0)
        walk_done(out);
    dentry_put(w.at);
    kfree(w.made);
    return err;
}

void walk_done(struct walk *w)
{
    if (w->parent != NULL)
        dentry_put(w->parent);
    if (w->dentry != NULL)
        dentry_put(w->dentry);
    if (w->magic != NULL)
        inode_put(w->magic);
    w->parent = w->dentry = NULL;
    w->magic = NULL;
}

int vfs_base(int dirfd, const char *path, bool empty, struct dentry **base)
{
    vfs_start();
    if (*path == '/' || dirfd == AT_FDCWD) {
        *base = vfs_cwd();
        return 0;
    }
    struct file *f = fd_get_raw(dirfd);
    if (f == NULL)
        return -EBADF;
    int err = 0;
    *base = f->dentry;
    if (f->dentry == NULL || (!inode_is_dir(f->dentry->inode) && !(empty && *path == '\0')))
        err = -ENOTDIR;
    else
        dentry_get(f->dentry);
    file_put(f);
    return err;
}

int vfs_lookup(int dirfd, const char *path, unsigned flags, struct dentry **d)
{
    struct dentry *base;
    struct walk w;
    int err = vfs_base(dirfd, path, flags & WALK_EMPTY, &base);
    if (err != 0)
        return err;
    rwlock_read_lock(&vfs_lock);
    err = walk_path(base, path, flags, &w);
    if (err == 0) {
        *d = w.dentry;
        if (w.dentry == NULL)
            err = -ENOENT;
        else
            dentry_get(w.dentry);
        walk_done(&w);
    }
    rwlock_read_unlock(&vfs_lock);
    dentry_put(base);
    return err;
}
