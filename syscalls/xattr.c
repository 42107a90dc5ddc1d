/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes (hermit/xattr.h): a file by path, by path without following a link at its
 * end, or by descriptor; values and names pass through kernel memory. Errors have Linux's order:
 * file, flags, name, value, then the file system's. No state, no locks.
 */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/uaccess.h>
#include <hermit/xattr.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/xattr.h>

#include "handlers.h"
#include "path.h"

struct name_text {
    char text[XATTR_NAME_MAX + 1];
};

static long copy_name(struct name_text *name, const char __user *user)
{
    ssize_t length = copy_string_from_user(name->text, user, sizeof(name->text));
    if (length == 0 || length == -ENAMETOOLONG)
        return -ERANGE;
    return MIN(length, 0);
}

/* The file of a call, by path or by descriptor. */
struct subject {
    struct dentry *d;
    struct file *f;
    struct inode *inode; /* NULL: of an open file without */
};

static long by_path(const char __user *path, unsigned walk_flags, struct subject *s)
{
    *s = (struct subject){0};
    long err = path_lookup(AT_FDCWD, path, walk_flags, &s->d);
    if (err == 0)
        s->inode = s->d->inode;
    return err;
}

static long by_fd(int fd, struct subject *s)
{
    *s = (struct subject){.f = fd_get(fd)};
    if (s->f == NULL)
        return -EBADF;
    s->inode = s->f->inode;
    return 0;
}

/* The result of a call whose file is not needed any more. */
static long done(const struct subject *s, long result)
{
    if (s->d != NULL)
        dentry_put(s->d);
    if (s->f != NULL)
        file_put(s->f);
    return result;
}

static long set_copied(const struct subject *s, const char *name, const void __user *value,
                       size_t size, int flags)
{
    void *copy = NULL;
    if (size > XATTR_SIZE_MAX)
        return -E2BIG;
    if (size != 0) {
        copy = kmalloc_for(size, FRAME_FAULT);
        if (copy == NULL)
            return -ENOMEM;
    }
    long err = copy_from_user(copy, value, size);
    if (err == 0)
        err = xattr_set(s->inode, name, copy, size, flags);
    kfree(copy);
    return err;
}

static long set(const struct subject *s, const char __user *name, const void __user *value,
                size_t size, int flags)
{
    struct name_text copy;
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
        return -EINVAL;
    long err = copy_name(&copy, name);
    return err != 0 ? err : set_copied(s, copy.text, value, size, flags);
}

/* A value, or (name NULL) the list of names, of at most `most` bytes. */
static long get_copied(const struct subject *s, const char *name, void __user *user, size_t size,
                       size_t most)
{
    char *copy = NULL;
    size = MIN(size, most);
    if (size != 0) {
        copy = kmalloc_for(size, FRAME_FAULT);
        if (copy == NULL)
            return -ENOMEM;
    }
    ssize_t n =
        name != NULL ? xattr_get(s->inode, name, copy, size) : xattr_list(s->inode, copy, size);
    if (n > 0 && size != 0 && copy_to_user(user, copy, (size_t)n) != 0)
        n = -EFAULT;
    if (n == -ERANGE && size == most)
        n = -E2BIG;
    kfree(copy);
    return n;
}

static long get(const struct subject *s, const char __user *name, void __user *value, size_t size)
{
    struct name_text copy;
    long err = copy_name(&copy, name);
    return err != 0 ? err : get_copied(s, copy.text, value, size, XATTR_SIZE_MAX);
}

static long list_names(const struct subject *s, char __user *list, size_t size)
{
    return get_copied(s, NULL, list, size, XATTR_LIST_MAX);
}

static long remove_one(const struct subject *s, const char __user *name)
{
    struct name_text copy;
    long err = copy_name(&copy, name);
    return err != 0 ? err : xattr_remove(s->inode, copy.text);
}

long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
                  size_t size, int flags)
{
    struct subject s;
    long err = by_path(path, 0, &s);
    return err != 0 ? err : done(&s, set(&s, name, value, size, flags));
}

long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
                   size_t size, int flags)
{
    struct subject s;
    long err = by_path(path, WALK_NOFOLLOW, &s);
    return err != 0 ? err : done(&s, set(&s, name, value, size, flags));
}

long sys_fsetxattr(int fd, const char __user *name, const void __user *value, size_t size,
                   int flags)
{
    struct subject s;
    long err = by_fd(fd, &s);
    return err != 0 ? err : done(&s, set(&s, name, value, size, flags));
}

long sys_getxattr(const char __user *path, const char __user *name, void __user *value, size_t size)
{
    struct subject s;
    long err = by_path(path, 0, &s);
    return err != 0 ? err : done(&s, get(&s, name, value, size));
}

long sys_lgetxattr(const char __user *path, const char __user *name, void __user *value,
                   size_t size)
{
    struct subject s;
    long err = by_path(path, WALK_NOFOLLOW, &s);
    return err != 0 ? err : done(&s, get(&s, name, value, size));
}

long sys_fgetxattr(int fd, const char __user *name, void __user *value, size_t size)
{
    struct subject s;
    long err = by_fd(fd, &s);
    return err != 0 ? err : done(&s, get(&s, name, value, size));
}

long sys_listxattr(const char __user *path, char __user *list, size_t size)
{
    struct subject s;
    long err = by_path(path, 0, &s);
    return err != 0 ? err : done(&s, list_names(&s, list, size));
}

long sys_llistxattr(const char __user *path, char __user *list, size_t size)
{
    struct subject s;
    long err = by_path(path, WALK_NOFOLLOW, &s);
    return err != 0 ? err : done(&s, list_names(&s, list, size));
}

long sys_flistxattr(int fd, char __user *list, size_t size)
{
    struct subject s;
    long err = by_fd(fd, &s);
    return err != 0 ? err : done(&s, list_names(&s, list, size));
}

long sys_removexattr(const char __user *path, const char __user *name)
{
    struct subject s;
    long err = by_path(path, 0, &s);
    return err != 0 ? err : done(&s, remove_one(&s, name));
}

long sys_lremovexattr(const char __user *path, const char __user *name)
{
    struct subject s;
    long err = by_path(path, WALK_NOFOLLOW, &s);
    return err != 0 ? err : done(&s, remove_one(&s, name));
}

long sys_fremovexattr(int fd, const char __user *name)
{
    struct subject s;
    long err = by_fd(fd, &s);
    return err != 0 ? err : done(&s, remove_one(&s, name));
}
