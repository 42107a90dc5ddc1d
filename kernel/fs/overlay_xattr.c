/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: extended attributes in the overlay. Those of a file are what the file below has, until the
 * first is changed: then all are copied into memory. Unlike a tmpfs, the layer above has user.*,
 * too, so that no attribute is lost. Those in which Linux's overlayfs keeps its own state are
 * nobody's.
 *
 * Lock: inode->lock, which the tree holds at all of these. That of the file below is not taken:
 * nobody changes it.
 */
#include "overlay.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/xattr.h>

#include "vfs_internal.h"
#include "xattr_memory.h"

#define OWN_PREFIX XATTR_TRUSTED_PREFIX "overlay."

static bool is_own(const char *name)
{
    return strncmp(name, OWN_PREFIX, sizeof(OWN_PREFIX) - 1) == 0;
}

/* Which names can be in memory. */
static int check_name(const char *name)
{
    if (is_own(name))
        return -EOPNOTSUPP;
    int err = xattr_check_prefix(name, XATTR_USER_PREFIX);
    return err == -EOPNOTSUPP ? xattr_memory_check(name) : err;
}

static ssize_t get_below(const struct overlay_inode *o, const char *name, void *value, size_t size)
{
    return o->below->ops->get_xattr(o->below, name, value, size);
}

ssize_t overlay_get_xattr(struct inode *inode, const char *name, void *value, size_t size)
{
    struct overlay_inode *o = overlay_inode(inode);
    if (is_own(name))
        return -EOPNOTSUPP;
    if (!o->has_xattrs)
        return get_below(o, name, value, size);
    ssize_t n = xattr_memory_get(inode, name, value, size);
    int err = n == -ENODATA ? check_name(name) : 0;
    return err != 0 ? err : n;
}

/* Leaves overlayfs's own names out of a list. */
static ssize_t filter(char *list, size_t size)
{
    size_t kept = 0;
    for (size_t at = 0, n; at < size; at += n) {
        n = strlen(list + at) + 1;
        if (!is_own(list + at)) {
            memmove(list + kept, list + at, n);
            kept += n;
        }
    }
    return (ssize_t)kept;
}

ssize_t overlay_list_xattr(struct inode *inode, char *list, size_t size)
{
    struct overlay_inode *o = overlay_inode(inode);
    if (o->has_xattrs)
        return xattr_memory_list(inode, list, size);
    ssize_t n = xattr_list_by_server(o->below, list, size);
    return n > 0 && size != 0 ? filter(list, (size_t)n) : n;
}

/* All names of the file below, in memory of kmalloc(). Their size; −errno. */
static ssize_t list_below(const struct overlay_inode *o, char **list)
{
    ssize_t n = xattr_list_by_server(o->below, NULL, 0);
    *list = NULL;
    if (n <= 0)
        return n == -EOPNOTSUPP ? 0 : n;
    *list = kmalloc_for((size_t)n, FRAME_FAULT);
    if (*list == NULL)
        return -ENOMEM;
    n = xattr_list_by_server(o->below, *list, (size_t)n);
    return n > 0 ? filter(*list, (size_t)n) : n;
}

/* Only what has a value that can be read is copied. */
static int copy_one(struct overlay_inode *o, const char *name)
{
    ssize_t n = get_below(o, name, NULL, 0);
    if (n < 0)
        return n == -ENODATA || n == -EOPNOTSUPP ? 0 : (int)n;
    char *value = kmalloc_for((size_t)n + 1, FRAME_FAULT);
    if (value == NULL)
        return -ENOMEM;
    if (n > 0)
        n = get_below(o, name, value, (size_t)n);
    int err = n < 0 ? (int)n : xattr_memory_set(&o->inode, name, value, (size_t)n, 0);
    kfree(value);
    return err;
}

/* All attributes are in memory from now on. inode->lock. 0 or −errno, and nothing has changed. */
static int copy_up(struct overlay_inode *o)
{
    char *list;
    if (o->has_xattrs)
        return 0;
    ssize_t n = list_below(o, &list);
    int err = (int)MIN(n, 0);
    for (ssize_t at = 0; err == 0 && at < n; at += (ssize_t)strlen(list + at) + 1)
        err = copy_one(o, list + at);
    kfree(list);
    if (err != 0) {
        xattr_memory_free(&o->inode);
        return err;
    }
    overlay_pin(o);
    o->has_xattrs = true;
    return 0;
}

int overlay_set_xattr(struct inode *inode, const char *name, const void *value, size_t size,
                      int flags)
{
    struct overlay_inode *o = overlay_inode(inode);
    int err = check_name(name);
    if (err == 0 && value == NULL) /* what is not there is not removed */
        err = (int)MIN(overlay_get_xattr(inode, name, NULL, 0), 0);
    if (err == 0)
        err = copy_up(o);
    if (err == 0)
        err = xattr_memory_set(inode, name, value, size, flags);
    if (err == 0)
        inode_touch_changed(inode);
    return err;
}
