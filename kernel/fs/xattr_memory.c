/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: extended attributes in memory (xattr_memory.h): inode->xattrs, a list that the newest one
 * begins, and what they take of their file system's size: super_block.xattr_bytes, of which each
 * page that is begun counts. Lock: xattr_lock, for all of these.
 */
#include "xattr_memory.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/wait.h>
#include <linux/errno.h>
#include <linux/xattr.h>

#include "ramfs.h"

static struct rwlock xattr_lock = RWLOCK_INIT(xattr_lock);

struct xattr {
    struct xattr *next;
    uint32_t size;      /* of the value */
    uint32_t name_size; /* with its NUL */
    char bytes[];       /* the name, the value */
};

int xattr_check_prefix(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(name, prefix, length) != 0)
        return -EOPNOTSUPP;
    return name[length] == '\0' ? -EINVAL : 0;
}

int xattr_memory_check(const char *name)
{
    int err = xattr_check_prefix(name, XATTR_TRUSTED_PREFIX);
    return err == -EOPNOTSUPP ? xattr_check_prefix(name, XATTR_SECURITY_PREFIX) : err;
}

static size_t size_of(size_t name_size, size_t size)
{
    return sizeof(struct xattr) + name_size + size;
}

/* The memory that one takes; NULL: none. */
static size_t cost_of(const struct xattr *x)
{
    if (x == NULL)
        return 0;
    size_t size = size_of(x->name_size, x->size), block = PAGE_SIZE;
    if (size <= KMEM_OBJECT_MAX)
        return size;
    while (block < size)
        block *= 2;
    return block;
}

static uint64_t pages_of(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Replaces what was charged for one by what another takes. False: the file system is full. */
static bool recharge(struct super_block *sb, size_t old, size_t new)
{
    uint64_t bytes = sb->xattr_bytes - old + new;
    uint64_t before = pages_of(sb->xattr_bytes), after = pages_of(bytes);
    if (after > before && !ramfs_charge_pages(sb, after - before))
        return false;
    if (after < before)
        ramfs_uncharge_pages(sb, before - after);
    sb->xattr_bytes = bytes;
    return true;
}

static struct xattr *alloc(const char *name, const void *value, size_t size)
{
    size_t name_size = strlen(name) + 1;
    struct xattr *x = kmalloc(size_of(name_size, size));
    if (x == NULL)
        return NULL;
    *x = (struct xattr){.size = (uint32_t)size, .name_size = (uint32_t)name_size};
    memcpy(x->bytes, name, name_size);
    memcpy(x->bytes + name_size, value, size);
    return x;
}

/* The pointer to the attribute; one to NULL: there is none. */
static struct xattr **place(struct inode *inode, const char *name)
{
    struct xattr **at = &inode->xattrs;
    while (*at != NULL && strcmp((*at)->bytes, name) != 0)
        at = &(*at)->next;
    return at;
}

static const struct xattr *find(const struct inode *inode, const char *name)
{
    const struct xattr *x = inode->xattrs;
    while (x != NULL && strcmp(x->bytes, name) != 0)
        x = x->next;
    return x;
}

static ssize_t copy_value(const struct xattr *x, void *value, size_t size)
{
    if (x == NULL)
        return -ENODATA;
    if (size == 0)
        return (ssize_t)x->size;
    if (x->size > size)
        return -ERANGE;
    memcpy(value, x->bytes + x->name_size, x->size);
    return (ssize_t)x->size;
}

ssize_t xattr_memory_get(const struct inode *inode, const char *name, void *value, size_t size)
{
    rwlock_read_lock(&xattr_lock);
    ssize_t n = copy_value(find(inode, name), value, size);
    rwlock_read_unlock(&xattr_lock);
    return n;
}

static ssize_t copy_names(const struct inode *inode, char *list, size_t size)
{
    size_t n = 0;
    for (const struct xattr *x = inode->xattrs; x != NULL; x = x->next) {
        if (size != 0 && x->name_size > size - n)
            return -ERANGE;
        if (size != 0)
            memcpy(list + n, x->bytes, x->name_size);
        n += x->name_size;
    }
    return (ssize_t)n;
}

ssize_t xattr_memory_list(const struct inode *inode, char *list, size_t size)
{
    rwlock_read_lock(&xattr_lock);
    ssize_t n = copy_names(inode, list, size);
    rwlock_read_unlock(&xattr_lock);
    return n;
}

static int check_flags(const struct xattr *old, int flags)
{
    if (old != NULL)
        return flags & XATTR_CREATE ? -EEXIST : 0;
    return flags & XATTR_REPLACE ? -ENODATA : 0;
}

/* Puts `new` (NULL: nothing) in place of *left, or at the front; *left becomes what is to be freed.
 * Locked. */
static int replace(struct inode *inode, const char *name, struct xattr *new, int flags,
                   struct xattr **left)
{
    struct xattr **at = place(inode, name), *old = *at;
    int err = check_flags(old, flags);
    if (err == 0 && !recharge(inode->sb, cost_of(old), cost_of(new)))
        err = -ENOSPC;
    if (err != 0) {
        *left = new;
        return err;
    }
    *left = old;
    if (new == NULL) {
        *at = old != NULL ? old->next : NULL;
        return 0;
    }
    if (old == NULL)
        at = &inode->xattrs;
    new->next = old != NULL ? old->next : *at;
    *at = new;
    return 0;
}

int xattr_memory_set(struct inode *inode, const char *name, const void *value, size_t size,
                     int flags)
{
    struct xattr *new = value != NULL ? alloc(name, value, size) : NULL, *left;
    if (value != NULL && new == NULL)
        return -ENOSPC;
    rwlock_write_lock(&xattr_lock);
    int err = replace(inode, name, new, flags, &left);
    rwlock_write_unlock(&xattr_lock);
    kfree(left);
    return err;
}

void xattr_memory_free(struct inode *inode)
{
    struct xattr *x = inode->xattrs; /* nobody else looks at them */
    if (x == NULL)
        return;
    inode->xattrs = NULL;
    while (x != NULL) {
        struct xattr *next = x->next;
        rwlock_write_lock(&xattr_lock);
        (void)recharge(inode->sb, cost_of(x), 0);
        rwlock_write_unlock(&xattr_lock);
        kfree(x);
        x = next;
    }
}
