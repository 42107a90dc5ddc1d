/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: unpacking the boot archive into the root folder. Runs once, under vfs_lock
 * held for writing. File contents stay in the archive (see ramfs.h), so the cost
 * depends on the number of names, not on the bytes.
 *
 * Hard links: entries with equal device and inode numbers and nlink > 1 are one
 * file; one of them has the contents, by convention the last.
 */
#include "cpio.h"

#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"

struct known_link {
    struct known_link *next;
    uint32_t dev_major, dev_minor, ino;
    struct inode *inode;
};

#define NR_BUCKETS 64

struct unpacker {
    struct dentry *root;
    struct known_link *links[NR_BUCKETS];
};

_Noreturn static void no_memory(void)
{
    boot_fail("out of memory while unpacking the root folder");
}

static struct dentry *make(struct dentry *dir, const char *name, size_t length, uint32_t mode,
                           uint64_t rdev, const char *target)
{
    int64_t mtime = load_relaxed(&dir->inode->mtime), ctime = load_relaxed(&dir->inode->ctime);
    struct dentry *d = length <= NAME_MAX ? vfs_make(dir, name, length, mode, rdev, target) : NULL;
    if (d == NULL)
        no_memory();
    /* Keep the folder's times: they are from its own entry, which comes first. */
    store_relaxed(&dir->inode->mtime, mtime);
    store_relaxed(&dir->inode->ctime, ctime);
    return d;
}

static bool is_dots(const char *name, size_t length)
{
    return length > 0 && length <= 2 && name[0] == '.' && name[length - 1] == '.';
}

/* The folder that holds the last name of a path; creates missing folders on the way. */
static struct dentry *folder_of(struct unpacker *u, const char *path, const char **name,
                                size_t *length)
{
    struct dentry *dir = u->root;
    for (;;) {
        while (*path == '/')
            path++;
        const char *end = path;
        while (*end != '\0' && *end != '/')
            end++;
        *name = path;
        *length = (size_t)(end - path);
        while (*end == '/')
            end++;
        if (*end == '\0')
            return dir;
        if (!is_dots(path, *length)) {
            struct dentry *d = dentry_find(dir, path, *length);
            if (d == NULL)
                d = make(dir, path, *length, S_IFDIR | 0755, 0, NULL);
            if (!inode_is_dir(d->inode))
                boot_fail("root folder: %s is both a file and a folder", *name);
            dir = d;
        }
        path = end;
    }
}

static struct known_link **known_slot(struct unpacker *u, const struct cpio_entry *e)
{
    struct known_link **slot = &u->links[(e->ino ^ e->dev_minor) % NR_BUCKETS];
    while (*slot != NULL && ((*slot)->ino != e->ino || (*slot)->dev_major != e->dev_major ||
                             (*slot)->dev_minor != e->dev_minor))
        slot = &(*slot)->next;
    return slot;
}

static void remember(struct unpacker *u, const struct cpio_entry *e, struct inode *inode)
{
    struct known_link *known = kzalloc(sizeof(*known));
    if (known == NULL)
        no_memory();
    *known = (struct known_link){NULL, e->dev_major, e->dev_minor, e->ino, inode};
    *known_slot(u, e) = known;
}

/* Adds another name for an existing file. */
static void add_link(struct dentry *dir, const char *name, size_t length, struct inode *inode)
{
    struct dentry *d = dentry_alloc(dir, name, length, inode);
    if (d == NULL)
        no_memory();
    ramfs_charge_inode(inode->sb); /* cannot fail: there is no limit yet */
    inode_get(inode);
    add_relaxed(&inode->nlink, 1);
    dentry_link(d);
    dentry_put(d);
}

/* An empty file has a `source`, too, which tells it from those that the program makes. */
static void set_contents(struct inode *inode, const struct cpio_entry *e)
{
    if (e->size == 0 && inode->source != NULL)
        return;
    inode->source = e->data;
    store_relaxed(&inode->source_size, e->size);
    store_relaxed(&inode->size, e->size);
}

static bool full_times(void)
{
    return boot_info.block != NULL && (boot_info.block->flags & HERMIT_BOOT_FULL_TIMES) != 0;
}

static bool is_device(const struct cpio_entry *e)
{
    return S_ISCHR(e->mode) || S_ISBLK(e->mode);
}

static void set_times(struct inode *inode, const struct cpio_entry *e)
{
    int64_t sec = full_times() ? (int64_t)((uint64_t)e->check << 32 | e->mtime) : e->mtime;
    bool has_nsec = full_times() && !is_device(e) && e->rdev_minor < NSEC_PER_SEC;
    int64_t mtime = inode_time(sec, has_nsec ? e->rdev_minor : 0);
    store_relaxed(&inode->atime, mtime);
    store_relaxed(&inode->mtime, mtime);
    store_relaxed(&inode->ctime, mtime);
    store_relaxed(&inode->uid, e->uid);
    store_relaxed(&inode->gid, e->gid);
}

static struct inode *unpack_new(struct dentry *dir, const char *name, size_t length,
                                const struct cpio_entry *e)
{
    uint64_t rdev = is_device(e) ? (uint64_t)e->rdev_major << 20 | e->rdev_minor : 0;
    char *target = NULL;
    if (S_ISLNK(e->mode)) {
        target = kmalloc(e->size + 1);
        if (target == NULL)
            no_memory();
        memcpy(target, e->data, e->size);
        target[e->size] = '\0';
    }
    struct dentry *d = make(dir, name, length, e->mode, rdev, target);
    kfree(target);
    store_relaxed(&d->inode->mode,
                  e->mode); /* overrides the set-group-ID bit inherited from the folder */
    return d->inode;
}

static void unpack_entry(struct unpacker *u, const struct cpio_entry *e)
{
    const char *name;
    size_t length;
    struct dentry *dir = folder_of(u, e->name, &name, &length);
    if (length == 0 || is_dots(name, length)) {
        store_relaxed(&u->root->inode->mode, S_IFDIR | (e->mode & 07777));
        set_times(u->root->inode, e);
        return;
    }
    struct dentry *old = dentry_find(dir, name, length);
    struct inode *inode = old != NULL ? old->inode : NULL;
    bool linked = !S_ISDIR(e->mode) && e->nlink > 1;
    struct known_link *known = linked ? *known_slot(u, e) : NULL;
    if (inode != NULL) {
        if ((load_relaxed(&inode->mode) ^ e->mode) & S_IFMT)
            boot_fail("root folder: %s comes twice", e->name);
        store_relaxed(&inode->mode, e->mode);
    } else if (known != NULL) {
        inode = known->inode;
        add_link(dir, name, length, inode);
    } else {
        inode = unpack_new(dir, name, length, e);
        if (linked)
            remember(u, e, inode);
    }
    if (S_ISREG(e->mode))
        set_contents(inode, e);
    set_times(inode, e);
}

static void forget_links(struct unpacker *u)
{
    for (unsigned i = 0; i < NR_BUCKETS; i++)
        for (struct known_link *k = u->links[i], *next; k != NULL; k = next) {
            next = k->next;
            kfree(k);
        }
}

void unpack_archive(struct dentry *root)
{
    struct unpacker u = {.root = root};
    struct cpio_reader r;
    struct cpio_entry e;
    int more;
    if (boot_info.archive == NULL)
        return;
    cpio_start(&r, boot_info.archive, boot_info.archive_size);
    while ((more = cpio_next(&r, &e)) > 0) {
        unpack_entry(&u, &e);
        cond_resched();
    }
    if (more < 0)
        boot_fail("the initial RAM disk is not a cpio archive: %s", r.error);
    forget_links(&u);
}
