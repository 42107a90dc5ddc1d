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

static long call_once(int dirfd, const char *path, unsigned flags, path_op op, void *argument)
{
    struct dentry *d;
    long result = vfs_lookup(dirfd, path, flags, &d);
    if (result != 0)
        return result;
    result = op(d->inode, argument);
    dentry_put(d);
    return result;
}

long path_call(int dirfd, const char __user *user, unsigned flags, path_op op, void *argument)
{
    char *path;
    long result = path_get(user, flags & WALK_EMPTY, &path);
    if (result != 0)
        return result;
    result = call_once(dirfd, path, flags, op, argument);
    if (unlikely(result == -ESTALE))
        result = call_once(dirfd, path, flags | WALK_ANEW, op, argument);
    kfree(path);
    return result;
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
