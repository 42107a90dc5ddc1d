/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: calls that change directory entries: mkdir(2), mknod(2), symlink(2), link(2), unlink(2),
 * rmdir(2), rename(2); and readlink(2). No locks of its own.
 */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "handlers.h"
#include "path.h"

static long make_node(int dirfd, const char __user *user, uint32_t mode, uint64_t rdev,
                      const char *target)
{
    char *path;
    int err = path_get(user, false, &path);
    if (err != 0)
        return err;
    err = vfs_mknod(dirfd, path, mode, rdev, target);
    kfree(path);
    return err;
}

long sys_mkdirat(int dirfd, const char __user *path, mode_t mode)
{
    return make_node(dirfd, path, S_IFDIR | (mode & 01777 & ~load_relaxed(&vfs_umask)), 0, NULL);
}

long sys_mkdir(const char __user *path, mode_t mode)
{
    return sys_mkdirat(AT_FDCWD, path, mode);
}

long sys_mknodat(int dirfd, const char __user *path, mode_t mode, unsigned dev)
{
    uint32_t type = mode & S_IFMT, bits = mode & 07777 & ~load_relaxed(&vfs_umask);
    uint64_t major = (uint64_t)dev >> 8 & 0xfff, minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
    uint64_t rdev = 0;
    switch (type) {
    case 0:
        type = S_IFREG;
        break;
    case S_IFCHR:
    case S_IFBLK:
        rdev = major << 20 | minor;
        break;
    case S_IFREG:
    case S_IFIFO:
    case S_IFSOCK:
        break;
    case S_IFDIR:
        return -EPERM;
    default:
        return -EINVAL;
    }
    return make_node(dirfd, path, type | bits, rdev, NULL);
}

long sys_mknod(const char __user *path, mode_t mode, unsigned dev)
{
    return sys_mknodat(AT_FDCWD, path, mode, dev);
}

long sys_symlinkat(const char __user *target, int dirfd, const char __user *path)
{
    char *text;
    int err = path_get(target, false, &text);
    if (err != 0)
        return err;
    long result = make_node(dirfd, path, S_IFLNK | 0777, 0, text);
    kfree(text);
    return result;
}

long sys_symlink(const char __user *target, const char __user *path)
{
    return sys_symlinkat(target, AT_FDCWD, path);
}

/* Copies two path arguments; *old may be "" if `empty`. */
static int get_two(const char __user *old_user, bool empty, const char __user *new_user, char **old,
                   char **new)
{
    int err = path_get(old_user, empty, old);
    if (err != 0)
        return err;
    err = path_get(new_user, false, new);
    if (err != 0)
        kfree(*old);
    return err;
}

long sys_linkat(int olddir, const char __user *old_user, int newdir, const char __user *new_user,
                int flags)
{
    char *old, *new;
    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    int err = get_two(old_user, flags & AT_EMPTY_PATH, new_user, &old, &new);
    if (err != 0)
        return err;
    err = vfs_link(olddir, old, newdir, new, flags);
    kfree(old);
    kfree(new);
    return err;
}

long sys_link(const char __user *old, const char __user *new)
{
    return sys_linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

long sys_unlinkat(int dirfd, const char __user *user, int flags)
{
    char *path;
    if (flags & ~AT_REMOVEDIR)
        return -EINVAL;
    int err = path_get(user, false, &path);
    if (err != 0)
        return err;
    err = flags & AT_REMOVEDIR ? vfs_rmdir(dirfd, path) : vfs_unlink(dirfd, path);
    kfree(path);
    return err;
}

long sys_unlink(const char __user *path)
{
    return sys_unlinkat(AT_FDCWD, path, 0);
}

long sys_rmdir(const char __user *path)
{
    return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

long sys_renameat2(int olddir, const char __user *old_user, int newdir, const char __user *new_user,
                   unsigned flags)
{
    char *old, *new;
    int err = get_two(old_user, false, new_user, &old, &new);
    if (err != 0)
        return err;
    err = vfs_rename(olddir, old, newdir, new, flags);
    kfree(old);
    kfree(new);
    return err;
}

long sys_renameat(int olddir, const char __user *old, int newdir, const char __user *new)
{
    return sys_renameat2(olddir, old, newdir, new, 0);
}

long sys_rename(const char __user *old, const char __user *new)
{
    return sys_renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

struct link_text {
    char *buf; /* PATH_MAX bytes */
    bool empty_path;
};

/* Copies a link's target. Returns its length or −errno. */
static long get_link_text(struct inode *inode, void *argument)
{
    const struct link_text *text = argument;
    if (!inode_is_link(inode))
        return text->empty_path ? -ENOENT : -EINVAL;
    return vfs_readlink(inode, text->buf, PATH_MAX);
}

long sys_readlinkat(int dirfd, const char __user *path, char __user *user, int size)
{
    char first;
    if (size <= 0)
        return -EINVAL;
    struct link_text text = {kmalloc_for(PATH_MAX, FRAME_FAULT),
                             copy_from_user(&first, path, 1) == 0 && first == '\0'};
    if (text.buf == NULL)
        return -ENOMEM;
    long n = path_call(dirfd, path, WALK_NOFOLLOW | WALK_EMPTY, get_link_text, &text);
    if (n >= 0) {
        n = MIN(n, size);
        if (copy_to_user(user, text.buf, (size_t)n) != 0)
            n = -EFAULT;
    }
    kfree(text.buf);
    return n;
}

long sys_readlink(const char __user *path, char __user *buf, int size)
{
    return sys_readlinkat(AT_FDCWD, path, buf, size);
}
