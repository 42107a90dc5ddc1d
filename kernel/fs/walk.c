/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: path resolution (path_resolution(7)). A symbolic link's target is walked in
 * place: the rest of the path is pushed on a stack, as deep as links may be nested
 * (40, as on Linux).
 *
 * Lock: the caller holds vfs_lock, but the walk unlocks while it asks a server. So what
 * it needs afterwards it has references of: the folder where it is, and the links whose
 * targets it walks. It gives them back by dentry_put_later(): what it was the last to
 * use is freed by walk_done(), since that may ask a server, too.
 */
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "vfs_internal.h"

#define MAX_LINKS  40
#define CACHED_MAX 65536UL /* names of backed file systems that are kept */

/* A walk in progress. */
struct way {
    struct dentry *at; /* directory so far, with a reference */
    const char *rest;  /* path still to go */
    struct {
        const char *rest;    /* of the path, after the link */
        struct dentry *link; /* with a reference: what is walked is in its target */
    } stack[MAX_LINKS];
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
    dentry_put_later(w->at, &w->out->dead);
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

static void lock_again(const struct walk *out)
{
    if (out->write)
        rwlock_write_lock(&vfs_lock);
    else
        rwlock_read_lock(&vfs_lock);
}

static void unlock(const struct walk *out)
{
    if (out->write)
        rwlock_write_unlock(&vfs_lock);
    else
        rwlock_read_unlock(&vfs_lock);
}

/* A name that is made for this walk. Not deleted: dentry_path() shows its plain path. */
static struct dentry *transient(struct dentry *dir, const struct name *name, struct inode *inode)
{
    struct dentry *d = dentry_alloc(dir, name->text, name->length, inode);
    if (d != NULL)
        d->linked = true;
    return d;
}

/* The dentry of an answer, with a reference, or NULL and *err: no such name, no memory. vfs_lock is
 * not held. */
static struct dentry *keep_answer(struct dentry *dir, const struct name *name, struct found *found,
                                  uint32_t changes, struct dentry **dead, int *err)
{
    struct dentry *d;
    *err = found->inode == NULL ? -ENOENT : 0;
    if (found->transient && found->inode == NULL)
        return NULL;
    if (found->transient) {
        d = transient(dir, name, found->inode);
    } else {
        rwlock_write_lock(&vfs_lock);
        d = dentry_install(dir, name, found, changes, dead);
        rwlock_write_unlock(&vfs_lock);
        if (dentry_cached() > CACHED_MAX)
            (void)dentry_shrink(CACHED_MAX / 8 * 7);
    }
    if (d == NULL && found->inode != NULL) {
        inode_put(found->inode);
        *err = -ENOMEM;
    }
    return d;
}

void vfs_learn_name(struct dentry *dir, const struct name *name, const struct found *found,
                    uint32_t changes)
{
    struct dentry *dead = NULL, *d = NULL;
    rwlock_write_lock(&vfs_lock);
    const struct dentry *old = dentry_find(dir, name->text, name->length);
    bool overtaken = load_relaxed(&dir->inode->changes) != changes; /* vfs_lock */
    if (!overtaken && (old == NULL || old->mounted == NULL))
        d = dentry_install(dir, name, found, changes, &dead);
    rwlock_write_unlock(&vfs_lock);
    if (d != NULL)
        dentry_put(d);
    else
        inode_put(found->inode);
    dentry_free_dead(dead);
    if (dentry_cached() > CACHED_MAX)
        (void)dentry_shrink(CACHED_MAX / 8 * 7);
}

uint32_t vfs_folder_changes(const struct dentry *dir)
{
    rwlock_read_lock(&vfs_lock);
    uint32_t changes = load_relaxed(&dir->inode->changes); /* vfs_lock */
    rwlock_read_unlock(&vfs_lock);
    return changes;
}

static bool is_unconnected(const struct super_block *sb)
{
    /* Acquire, pairs with p9fs_attach() and fusefs_attach(): the root's inode is complete. */
    return unlikely(atomic_load_explicit(&sb->unconnected, memory_order_acquire));
}

/* Asks the file system for a name in `dir`, of which the walk has a reference. vfs_lock is held
 * before and after. The dentry with a reference, or NULL and *err. */
static struct dentry *ask(struct walk *out, struct dentry *dir, const struct name *name,
                          struct dentry *old, int *err)
{
    struct inode *known = old != NULL ? old->inode : NULL;
    struct found found = {0};
    uint32_t changes = load_relaxed(&dir->inode->changes); /* vfs_lock */
    struct dentry *d = NULL;
    if (known != NULL)
        inode_get(known);
    if (out->asked == 0)
        out->asked = clock_monotonic();
    unlock(out);
    *err = is_unconnected(dir->inode->sb) ? dir->inode->sb->ops->connect(dir->inode->sb) : 0;
    if (*err == 0)
        *err = dir->inode->ops->lookup(dir->inode, name, known, &found);
    if (*err == 0)
        d = keep_answer(dir, name, &found, changes, &out->dead, err);
    out->asked_for = d;
    if (known != NULL)
        inode_put(known);
    lock_again(out);
    if (d != NULL && d->inode == NULL) {
        dentry_put_later(d, &out->dead);
        return NULL;
    }
    return d;
}

static bool is_asked_for_anew(const struct way *w, const struct dentry *d)
{
    return w->flags & WALK_ANEW && w->at->inode->sb->backed && d->mounted == NULL;
}

/* The child of that name, with a reference; NULL and *err: not found, no memory, or a server's
 * error. */
static struct dentry *child_of(struct way *w, const char *name, size_t length, int *err)
{
    struct dentry *dir = w->at;
    *err = dentry_populate(dir);
    if (*err != 0)
        return NULL;
    if (length > NAME_MAX) {
        *err = -ENAMETOOLONG;
        return NULL;
    }
    *err = -ENOENT;
    struct dentry *d = dentry_find(dir, name, length);
    if (d == NULL || unlikely(!dentry_is_fresh(d)) || unlikely(is_asked_for_anew(w, d))) {
        const struct inode_ops *ops = dir->inode->ops;
        if (ops == NULL || ops->lookup == NULL || load_relaxed(&dir->inode->removed))
            return NULL;
        d = ask(w->out, dir, &(struct name){name, length}, d, err);
        return d; /* no mount point: those are always fresh */
    }
    if (unlikely(load_relaxed(&d->valid_until) != VALID_FOR_EVER))
        store_relaxed(&d->used, true);
    if (d->inode == NULL)
        return NULL;
    d = top_mount(d);
    dentry_get(d);
    return d;
}

/* Asks a server for a link's target, which stays as long as the inode. 0 or −errno. */
static int fetch_target(struct inode *link)
{
    char *buf = kmalloc_for(PATH_MAX, FRAME_FAULT), *none = NULL;
    if (buf == NULL)
        return -ENOMEM;
    ssize_t n = link->ops->readlink(link, buf, PATH_MAX - 1);
    char *text = n < 0 ? NULL : kmalloc((size_t)n + 1);
    if (text != NULL) {
        memcpy(text, buf, (size_t)n);
        text[n] = '\0';
    }
    kfree(buf);
    if (text == NULL)
        return n < 0 ? (int)n : -ENOMEM;
    /* Release: the text comes with the pointer; pairs with the acquire of its readers. */
    if (!atomic_compare_exchange_strong_explicit(&link->link, &none, text, memory_order_acq_rel,
                                                 memory_order_acquire))
        kfree(text); /* another walk was first */
    return 0;
}

static const char *target_of(const struct inode *link)
{
    return atomic_load_explicit(&link->link, memory_order_acquire); /* pairs: fetch_target() */
}

ssize_t vfs_readlink(struct inode *inode, char *buf, size_t size)
{
    if (inode->sb->backed && target_of(inode) == NULL) {
        int err = fetch_target(inode);
        if (err != 0)
            return err;
    } else if (inode->ops != NULL && inode->ops->readlink != NULL && !inode->sb->backed) {
        return inode->ops->readlink(inode, buf, size);
    }
    const char *target = target_of(inode);
    size_t n = MIN(strlen(target), size);
    memcpy(buf, target, n); /* NOLINT(bugprone-not-null-terminated-result): as readlink(2) */
    return (ssize_t)n;
}

/* Target of a link whose text is generated for each walk. */
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

/* Target of a link with a readlink operation. 0 or −errno. */
static int asked_target(struct way *w, struct inode *link, const char **target)
{
    int err = 0;
    if (!link->sb->backed)
        return made_target(w, link, target);
    if (target_of(link) == NULL) {
        unlock(w->out);
        err = fetch_target(link);
        lock_again(w->out);
    }
    *target = target_of(link);
    return err;
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

/* Continues at a link's target, and has taken over the reference of d then. */
static int follow_text(struct way *w, struct dentry *d)
{
    struct inode *link = d->inode;
    const char *target;
    if (link->ops != NULL && link->ops->readlink != NULL) {
        int err = asked_target(w, link, &target);
        if (err != 0)
            return err;
    } else {
        target = load_relaxed(&link->link); /* set before the link had a name */
    }
    if (*target == '\0')
        return -ENOENT;
    w->stack[w->depth].rest = w->rest;
    w->stack[w->depth++].link = d;
    w->rest = target;
    if (*target == '/') {
        dentry_get(vfs_root);
        step_to(w, vfs_root);
    }
    return FOLLOWED_TEXT;
}

/* Continues behind a link, whose reference it takes over: enum followed or −errno. */
static int follow(struct way *w, struct dentry *d)
{
    int how = -ELOOP;
    bool magic = d->inode->ops != NULL && d->inode->ops->follow != NULL;
    if (++w->links <= MAX_LINKS)
        how = magic ? follow_magic(w, d->inode) : follow_text(w, d);
    if (how != FOLLOWED_TEXT)
        dentry_put_later(d, &w->out->dead);
    return how;
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
    while (*w->rest == '\0' && w->depth > 0) {
        w->rest = skip_slashes(w->stack[--w->depth].rest);
        dentry_put_later(w->stack[w->depth].link, &w->out->dead);
    }
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
        if (*skip_slashes(w->stack[i].rest) != '\0')
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
    if (w->depth > 0)
        out->text = w->stack[--w->depth].link;
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
    struct dentry *d = child_of(w, name, length, &err);
    if (d == NULL && err != -ENOENT)
        return err;
    bool stay = w->flags & WALK_PARENT || (w->flags & WALK_NOFOLLOW && !w->slash);
    if (d == NULL || !inode_is_link(d->inode) || stay)
        return finish_name(w, d, name, length);
    int how = follow(w, d);
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
    struct dentry *d = child_of(w, name, length, &err);
    if (d == NULL)
        return err;
    if (!inode_is_link(d->inode)) {
        step_to(w, d);
        return GO_ON;
    }
    int how = follow(w, d);
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

/* The result is a folder, maybe the root of a file system that nobody has used so far. vfs_lock is
 * held before and after. */
static int check_folder(const struct walk *out, unsigned flags)
{
    struct super_block *sb = out->dentry->inode->sb;
    if (!is_unconnected(sb) || flags & WALK_UNCONNECTED)
        return 0;
    unlock(out);
    int err = sb->ops->connect(sb);
    lock_again(out);
    return err;
}

/* Checks what `flags` and a final slash require of the result. */
static int check_end(const struct walk *out, unsigned flags)
{
    if (out->magic != NULL)
        return flags & WALK_DIRECTORY ? -ENOTDIR : 0;
    if (out->dentry == NULL)
        return 0;
    if (inode_is_dir(out->dentry->inode))
        return check_folder(out, flags);
    if (flags & WALK_DIRECTORY || (out->slash && !(flags & WALK_PARENT)))
        return -ENOTDIR;
    return 0;
}

int walk_path(struct dentry *start, const char *path, unsigned flags, struct walk *out)
{
    struct way w = {
        .at = *path == '/' ? vfs_root : start, .rest = path, .flags = flags, .out = out};
    *out = (struct walk){.write = out->write};
    if (*path == '\0' && !(flags & WALK_EMPTY))
        return -ENOENT;
    dentry_get(w.at);
    int err = walk_components(&w);
    if (err == 0)
        err = check_end(out, flags);
    while (w.depth > 0)
        dentry_put_later(w.stack[--w.depth].link, &out->dead);
    dentry_put_later(w.at, &out->dead);
    kfree(w.made);
    return err;
}

int walk_ask_again(struct walk *w)
{
    int err;
    struct name name = {w->name, w->length};
    struct dentry *d = ask(w, w->parent, &name, w->dentry, &err);
    if (w->dentry != NULL)
        dentry_put_later(w->dentry, &w->dead);
    w->dentry = d;
    return err == -ENOENT ? 0 : err;
}

void walk_done(struct walk *w)
{
    dentry_free_dead(w->dead);
    if (w->parent != NULL)
        dentry_put(w->parent);
    if (w->dentry != NULL)
        dentry_put(w->dentry);
    if (w->text != NULL)
        dentry_put(w->text);
    if (w->magic != NULL)
        inode_put(w->magic);
    *w = (struct walk){0};
}

int vfs_base(int dirfd, const char *path, bool empty, struct dentry **base)
{
    vfs_start();
    if (*path == '/') {
        *base = vfs_root;
        dentry_get(vfs_root);
        return 0;
    }
    if (dirfd == AT_FDCWD) {
        vfs_use_folder();
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

static int look_up_from(struct dentry *base, const char *path, unsigned flags, struct dentry **d)
{
    struct walk w = {0};
    rwlock_read_lock(&vfs_lock);
    int err = walk_path(base, path, flags, &w);
    rwlock_read_unlock(&vfs_lock);
    if (err == 0 && w.dentry == NULL)
        err = -ENOENT;
    if (err == 0) {
        *d = w.dentry; /* with the walk's reference */
        w.dentry = NULL;
    }
    walk_done(&w);
    return err;
}

int vfs_lookup(int dirfd, const char *path, unsigned flags, struct dentry **d)
{
    struct dentry *base;
    int err = vfs_base(dirfd, path, flags & WALK_EMPTY, &base);
    if (err != 0)
        return err;
    err = look_up_from(base, path, flags, d);
    if (err == -ESTALE && !(flags & WALK_ANEW))
        err = look_up_from(base, path, flags | WALK_ANEW, d);
    dentry_put(base);
    return err;
}
