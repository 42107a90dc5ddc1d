/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes: no file has or accepts any, as on Linux's file systems without them. Errors
 * have Linux's order: file, flags, name, value, then EOPNOTSUPP. No state, no locks.
 */
#include "syscall.h"
#include <hermit/file.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/xattr.h>

#include "descriptor.h"
#include "handlers.h"
#include "path.h"

/* The result of a call once its file was found. */
static long refuse(const char __user *name)
{
    char text[XATTR_NAME_MAX + 1];
    ssize_t length = copy_string_from_user(text, name, sizeof(text));
    if (length == 0 || length == -ENAMETOOLONG)
        return -ERANGE;
    return length < 0 ? length : -EOPNOTSUPP;
}

static long refuse_value(const char __user *name, const void __user *value, size_t size, int flags)
{
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
        return -EINVAL;
    long err = refuse(name);
    if (err != -EOPNOTSUPP)
        return err;
    if (size > XATTR_SIZE_MAX)
        return -E2BIG;
    return user_range_ok(value, size) ? err : -EFAULT;
}

static long find_path(const char __user *path, unsigned walk_flags)
{
    struct dentry *d;
    int err = path_lookup(AT_FDCWD, path, walk_flags, &d);
    if (err == 0)
        dentry_put(d);
    return err;
}

long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
                  size_t size, int flags)
{
    long err = find_path(path, 0);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
                   size_t size, int flags)
{
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_fsetxattr(int fd, const char __user *name, const void __user *value, size_t size,
                   int flags)
{
    long err = descriptor_check(fd);
    return err != 0 ? err : refuse_value(name, value, size, flags);
}

long sys_getxattr(const char __user *path, const char __user *name, void __user *value, size_t size)
{
    (void)value, (void)size;
    long err = find_path(path, 0);
    return err != 0 ? err : refuse(name);
}

long sys_lgetxattr(const char __user *path, const char __user *name, void __user *value,
                   size_t size)
{
    (void)value, (void)size;
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse(name);
}

long sys_fgetxattr(int fd, const char __user *name, void __user *value, size_t size)
{
    (void)value, (void)size;
    long err = descriptor_check(fd);
    return err != 0 ? err : refuse(name);
}

long sys_listxattr(const char __user *path, char __user *list, size_t size)
{
    (void)list, (void)size;
    return find_path(path, 0);
}

long sys_llistxattr(const char __user *path, char __user *list, size_t size)
{
    (void)list, (void)size;
    return find_path(path, WALK_NOFOLLOW);
}

long sys_flistxattr(int fd, char __user *list, size_t size)
{
    (void)list, (void)size;
    return descriptor_check(fd);
}

long sys_removexattr(const char __user *path, const char __user *name)
{
    long err = find_path(path, 0);
    return err != 0 ? err : refuse(name);
}

long sys_lremovexattr(const char __user *path, const char __user *name)
{
    long err = find_path(path, WALK_NOFOLLOW);
    return err != 0 ? err : refuse(name);
}

long sys_fremovexattr(int fd, const char __user *name)
{
    long err = descriptor_check(fd);
    return err != 0 ? err : refuse(name);
}
