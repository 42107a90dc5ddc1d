/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what holds for extended attributes of all files (hermit/xattr.h). The process is root: it
 * may read and change them all, but not every file can have all. No state; xattr_memory.c has that
 * of files in memory.
 */
#include <hermit/xattr.h>

#include <hermit/string.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/stat.h>
#include <linux/xattr.h>

#include "vfs_internal.h"
#include "xattr_memory.h"

static bool is_user_name(const char *name)
{
    return strncmp(name, XATTR_USER_PREFIX, XATTR_USER_PREFIX_LEN) == 0;
}

/* The permission bits of other files are not about what the files contain, so they would keep
 * nobody from filling them: xattr(7). */
static bool may_have_user_names(const struct inode *inode)
{
    return inode != NULL && (inode_type(inode) == S_IFREG || inode_is_dir(inode));
}

static bool has_operations(const struct inode *inode)
{
    return inode->ops != NULL && inode->ops->get_xattr != NULL;
}

/* 0: those of the file are in memory, or its file system has operations for them. */
static int check_kept(const struct inode *inode)
{
    bool kept = inode != NULL && (has_operations(inode) || inode->sb->keeps_xattrs);
    return kept ? 0 : -EOPNOTSUPP;
}

/* Each name has its NUL, and none is empty. */
static bool is_list(const char *list, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (list[i] == '\0' && (i == 0 || list[i - 1] == '\0'))
            return false;
    return size == 0 || list[size - 1] == '\0';
}

ssize_t xattr_list_by_server(struct inode *inode, char *list, size_t size)
{
    ssize_t n = inode->ops->list_xattr(inode, list, size);
    return n > 0 && size != 0 && !is_list(list, (size_t)n) ? -EIO : n;
}

/* As Linux, whatever the file system: capabilities of a program have a form. */
static bool is_capability(const void *value, size_t size)
{
    uint32_t magic = 0;
    if (size >= sizeof(magic))
        memcpy(&magic, value, sizeof(magic));
    magic &= ~(uint32_t)VFS_CAP_FLAGS_EFFECTIVE;
    return (size == XATTR_CAPS_SZ_2 && magic == VFS_CAP_REVISION_2) ||
           (size == XATTR_CAPS_SZ_3 && magic == VFS_CAP_REVISION_3);
}

ssize_t xattr_get(struct inode *inode, const char *name, void *value, size_t size)
{
    if (is_user_name(name) && !may_have_user_names(inode))
        return -ENODATA;
    int err = check_kept(inode);
    if (err != 0)
        return err;
    if (!has_operations(inode)) {
        err = xattr_memory_check(name);
        return err != 0 ? err : xattr_memory_get(inode, name, value, size);
    }
    mutex_lock(&inode->lock);
    ssize_t n = inode->ops->get_xattr(inode, name, value, size);
    mutex_unlock(&inode->lock);
    return n;
}

ssize_t xattr_list(struct inode *inode, char *list, size_t size)
{
    if (check_kept(inode) != 0)
        return 0;
    if (!has_operations(inode))
        return xattr_memory_list(inode, list, size);
    mutex_lock(&inode->lock);
    ssize_t n = xattr_list_by_server(inode, list, size);
    mutex_unlock(&inode->lock);
    return n;
}

/* A value of NULL: removes. */
static int change(struct inode *inode, const char *name, const void *value, size_t size, int flags)
{
    if (is_user_name(name) && !may_have_user_names(inode))
        return -EPERM;
    int err = check_kept(inode);
    if (err != 0)
        return err;
    if (has_operations(inode)) {
        mutex_lock(&inode->lock);
        err = inode->ops->set_xattr(inode, name, value, size, flags);
        mutex_unlock(&inode->lock);
        return err;
    }
    err = xattr_memory_check(name);
    if (err == 0)
        err = xattr_memory_set(inode, name, value, size, flags);
    if (err == 0)
        inode_touch_changed(inode);
    return err;
}

int xattr_set(struct inode *inode, const char *name, const void *value, size_t size, int flags)
{
    if (size != 0 && strcmp(name, XATTR_NAME_CAPS) == 0 && !is_capability(value, size))
        return -EINVAL;
    return change(inode, name, size != 0 ? value : "", size, flags);
}

int xattr_remove(struct inode *inode, const char *name)
{
    return change(inode, name, NULL, 0, XATTR_REPLACE);
}
