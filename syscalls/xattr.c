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

/* What the calls have besides the file. */
struct xattr_call {
    const char __user *name;
    const void __user *value; /* to set */
    char __user *room;        /* to get */
    size_t size;
    int flags;
};

/* An open file may have no inode: NULL. */
static long on_descriptor(int fd, path_op op, struct xattr_call *call)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long result = op(f->inode, call);
    file_put(f);
    return result;
}

static long on_path(const char __user *path, unsigned walk_flags, path_op op,
                    struct xattr_call *call)
{
    return path_call(AT_FDCWD, path, walk_flags, op, call);
}

static long set_copied(struct inode *inode, const char *name, const struct xattr_call *call)
{
    void *copy = NULL;
    if (call->size > XATTR_SIZE_MAX)
        return -E2BIG;
    if (call->size != 0) {
        copy = kmalloc_for(call->size, FRAME_FAULT);
        if (copy == NULL)
            return -ENOMEM;
    }
    long err = copy_from_user(copy, call->value, call->size);
    if (err == 0)
        err = xattr_set(inode, name, copy, call->size, call->flags);
    kfree(copy);
    return err;
}

static long set(struct inode *inode, void *argument)
{
    const struct xattr_call *call = argument;
    struct name_text copy;
    if (call->flags & ~(XATTR_CREATE | XATTR_REPLACE))
        return -EINVAL;
    long err = copy_name(&copy, call->name);
    return err != 0 ? err : set_copied(inode, copy.text, call);
}

/* A value, or (name NULL) the list of names, of at most `most` bytes. */
static long get_copied(struct inode *inode, const char *name, const struct xattr_call *call,
                       size_t most)
{
    char *copy = NULL;
    size_t size = MIN(call->size, most);
    if (size != 0) {
        copy = kmalloc_for(size, FRAME_FAULT);
        if (copy == NULL)
            return -ENOMEM;
    }
    ssize_t n = name != NULL ? xattr_get(inode, name, copy, size) : xattr_list(inode, copy, size);
    if (n > 0 && size != 0 && copy_to_user(call->room, copy, (size_t)n) != 0)
        n = -EFAULT;
    if (n == -ERANGE && size == most)
        n = -E2BIG;
    kfree(copy);
    return n;
}

static long get(struct inode *inode, void *argument)
{
    const struct xattr_call *call = argument;
    struct name_text copy;
    long err = copy_name(&copy, call->name);
    return err != 0 ? err : get_copied(inode, copy.text, call, XATTR_SIZE_MAX);
}

static long list_names(struct inode *inode, void *argument)
{
    return get_copied(inode, NULL, argument, XATTR_LIST_MAX);
}

static long remove_one(struct inode *inode, void *argument)
{
    const struct xattr_call *call = argument;
    struct name_text copy;
    long err = copy_name(&copy, call->name);
    return err != 0 ? err : xattr_remove(inode, copy.text);
}

long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
                  size_t size, int flags)
{
    struct xattr_call call = {.name = name, .value = value, .size = size, .flags = flags};
    return on_path(path, 0, set, &call);
}

long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
                   size_t size, int flags)
{
    struct xattr_call call = {.name = name, .value = value, .size = size, .flags = flags};
    return on_path(path, WALK_NOFOLLOW, set, &call);
}

long sys_fsetxattr(int fd, const char __user *name, const void __user *value, size_t size,
                   int flags)
{
    struct xattr_call call = {.name = name, .value = value, .size = size, .flags = flags};
    return on_descriptor(fd, set, &call);
}

long sys_getxattr(const char __user *path, const char __user *name, void __user *value, size_t size)
{
    struct xattr_call call = {.name = name, .room = value, .size = size};
    return on_path(path, 0, get, &call);
}

long sys_lgetxattr(const char __user *path, const char __user *name, void __user *value,
                   size_t size)
{
    struct xattr_call call = {.name = name, .room = value, .size = size};
    return on_path(path, WALK_NOFOLLOW, get, &call);
}

long sys_fgetxattr(int fd, const char __user *name, void __user *value, size_t size)
{
    struct xattr_call call = {.name = name, .room = value, .size = size};
    return on_descriptor(fd, get, &call);
}

long sys_listxattr(const char __user *path, char __user *list, size_t size)
{
    struct xattr_call call = {.room = list, .size = size};
    return on_path(path, 0, list_names, &call);
}

long sys_llistxattr(const char __user *path, char __user *list, size_t size)
{
    struct xattr_call call = {.room = list, .size = size};
    return on_path(path, WALK_NOFOLLOW, list_names, &call);
}

long sys_flistxattr(int fd, char __user *list, size_t size)
{
    struct xattr_call call = {.room = list, .size = size};
    return on_descriptor(fd, list_names, &call);
}

long sys_removexattr(const char __user *path, const char __user *name)
{
    struct xattr_call call = {.name = name};
    return on_path(path, 0, remove_one, &call);
}

long sys_lremovexattr(const char __user *path, const char __user *name)
{
    struct xattr_call call = {.name = name};
    return on_path(path, WALK_NOFOLLOW, remove_one, &call);
}

long sys_fremovexattr(int fd, const char __user *name)
{
    struct xattr_call call = {.name = name};
    return on_descriptor(fd, remove_one, &call);
}
