/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes: no file has any or takes any, as on Linux's file systems without them. The
 * errors come in Linux's order: the file, then the flags, the name, the value, then EOPNOTSUPP.
 * No state, no locks.
 */
#include <hermit/file.h>
#include <hermit/syscall.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/xattr.h>

#include "handlers.h"
#include "path.h"

/* What a call says once its file was found. */
static long refuse(long name)
{
    char text[XATTR_NAME_MAX + 1];
    ssize_t length = copy_string_from_user(text, user_ptr(name), sizeof(text));
    if (length == 0 || length == -ENAMETOOLONG)
        return -ERANGE;
    return length < 0 ? length : -EOPNOTSUPP;
}

static long refuse_value(long name, long value, long size, long flags)
{
    if ((int)flags & ~(XATTR_CREATE | XATTR_REPLACE))
        return -EINVAL;
    long err = refuse(name);
    if (err != -EOPNOTSUPP)
        return err;
    if ((size_t)size > XATTR_SIZE_MAX)
        return -E2BIG;
    return user_range_ok(user_ptr(value), (size_t)size) ? err : -EFAULT;
}

static long find_path(long path, unsigned walk_flags)
{
    struct dentry *d;
    int err = path_lookup(AT_FDCWD, path, walk_flags, &d);
    if (err == 0)
        dentry_put(d);
    return err;
}

static long find_fd(long fd)
{
    struct file *f = fd_get((int)fd);
    if (f == NULL)
        return -EBADF;
    file_put(f);
    return 0;
}

long sys_setxattr(long path, long name, long value, long size, long flags)
{
    long err = find_path(path, 0);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_lsetxattr(long path, long name, long value, long size, long flags)
{
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_fsetxattr(long fd, long name, long value, long size, long flags)
{
    long err = find_fd(fd);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_getxattr(long path, long name, long value, long size)
{
    (void)value, (void)size;
    long err = find_path(path, 0);
    return err != 0 ? err : refuse(name);
}

long sys_lgetxattr(long path, long name, long value, long size)
{
    (void)value, (void)size;
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse(name);
}

long sys_fgetxattr(long fd, long name, long value, long size)
{
    (void)value, (void)size;
    long err = find_fd(fd);
    return err != 0 ? err : refuse(name);
}

long sys_listxattr(long path, long list, long size)
{
    (void)list, (void)size;
    return find_path(path, 0);
}

long sys_llistxattr(long path, long list, long size)
{
    (void)list, (void)size;
    return find_path(path, WALK_NOFOLLOW);
}

long sys_flistxattr(long fd, long list, long size)
{
    (void)list, (void)size;
    return find_fd(fd);
}

long sys_removexattr(long path, long name)
{
    long err = find_path(path, 0);
    return err != 0 ? err : refuse(name);
}

long sys_lremovexattr(long path, long name)
{
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse(name);
}

long sys_fremovexattr(long fd, long name)
{
    long err = find_fd(fd);
    return err != 0 ? err : refuse(name);
}
