/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: copying path arguments into the kernel. No locks. */
#include "path.h"

#include <hermit/kmalloc.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

int path_get(const char __user *user, bool empty, char **path)
{
    char *buf = kmalloc_for(PATH_MAX, FRAME_FAULT);
    if (buf == NULL)
        return -ENOMEM;
    ssize_t n = copy_string_from_user(buf, user, PATH_MAX);
    if (n == 0 && !empty)
        n = -ENOENT;
    if (n < 0) {
        kfree(buf);
        return (int)n;
    }
    *path = buf;
    return 0;
}

int path_lookup(int dirfd, const char __user *user, unsigned flags, struct dentry **d)
{
    char *path;
    int err = path_get(user, flags & WALK_EMPTY, &path);
    if (err != 0)
        return err;
    err = vfs_lookup(dirfd, path, flags, d);
    kfree(path);
    return err;
}

unsigned path_walk_flags(int at_flags)
{
    return (at_flags & AT_SYMLINK_NOFOLLOW ? WALK_NOFOLLOW : 0) |
           (at_flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
}

int path_open_magic(int dirfd, const char __user *user, struct file **file)
{
    char *path;
    int err = path_get(user, false, &path);
    if (err != 0)
        return err;
    err = vfs_magic_file(dirfd, path, file);
    kfree(path);
    return err;
}
