/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: open(2) and its variants, memfd_create(2). No locks of its own. */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/memfd.h>
#include <linux/openat2.h>
#include <linux/stat.h>

#include "copy_struct.h"
#include "handlers.h"
#include "path.h"

#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)
#define OPEN_KNOWN                                                                                 \
    (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | FASYNC | \
     O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH)

/* O_TMPFILE: opens a file without a name in a directory. */
static int open_unnamed(int dirfd, const char *path, unsigned flags, uint32_t mode,
                        struct file **file)
{
    struct dentry *dir;
    if ((flags & O_ACCMODE) == O_RDONLY)
        return -EINVAL;
    int err = vfs_lookup(dirfd, path, WALK_DIRECTORY, &dir);
    if (err != 0)
        return err;
    err = dir->inode->sb->create_error != 0 ? -EOPNOTSUPP : 0;
    if (err == 0)
        err = vfs_open_unnamed(dir, S_IFREG | (mode & 07777 & ~load_relaxed(&vfs_umask)), flags,
                               file);
    dentry_put(dir);
    return err;
}

static int open_path(int dirfd, const char *path, unsigned flags, uint32_t mode, struct file **file)
{
    if (flags & TMPFILE_BIT)
        return open_unnamed(dirfd, path, flags & ~(unsigned)O_TMPFILE, mode, file);
    return vfs_open(dirfd, path, flags, mode, file);
}

static long do_open(int dirfd, const char __user *user, unsigned flags, uint32_t mode)
{
    char *path;
    struct file *file = NULL;
    flags &= OPEN_KNOWN | TMPFILE_BIT;
    if (flags & O_PATH)
        flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if (flags & TMPFILE_BIT ? !(flags & O_DIRECTORY) || flags & O_CREAT
                            : (flags & (O_DIRECTORY | O_CREAT)) == (O_DIRECTORY | O_CREAT))
        return -EINVAL;
    int err = path_get(user, false, &path);
    if (err != 0)
        return err;
    int fd = fd_reserve(0, flags & O_CLOEXEC);
    if (fd >= 0) {
        err = open_path(dirfd, path, flags, mode, &file);
        if (err == 0)
            fd_publish(fd, file);
        else
            fd_cancel(fd);
    }
    kfree(path);
    return err != 0 ? err : fd;
}

long sys_openat(int dirfd, const char __user *path, int flags, mode_t mode)
{
    return do_open(dirfd, path, (unsigned)flags | O_LARGEFILE, mode);
}

long sys_open(const char __user *path, int flags, mode_t mode)
{
    return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_creat(const char __user *path, mode_t mode)
{
    return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

#define RESOLVE_KNOWN                                                                              \
    (RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH |             \
     RESOLVE_IN_ROOT | RESOLVE_CACHED)

long sys_openat2(int dirfd, const char __user *path, const struct open_how __user *uhow,
                 size_t size)
{
    struct open_how how;
    if (size < sizeof(how))
        return -EINVAL;
    if (size > PAGE_SIZE)
        return -E2BIG;
    long err = copy_struct_from_user(&how, sizeof(how), uhow, size);
    if (err != 0)
        return err;
    if (how.flags & ~(uint64_t)(OPEN_KNOWN | TMPFILE_BIT) || how.mode & ~07777UL)
        return -EINVAL;
    if (how.mode != 0 && !(how.flags & (O_CREAT | TMPFILE_BIT)))
        return -EINVAL;
    if (how.resolve & ~(uint64_t)RESOLVE_KNOWN)
        return -EINVAL;
    if (how.resolve != 0)
        return -EOPNOTSUPP;
    return do_open(dirfd, path, (unsigned)how.flags, (uint32_t)how.mode);
}

long sys_memfd_create(const char __user *name, unsigned flags)
{
    char label[250 + 8] = "memfd:";
    struct file *file;
    if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
        return -EINVAL;
    ssize_t n = copy_string_from_user(label + 6, name, 250);
    if (n < 0)
        return n == -ENAMETOOLONG ? -EINVAL : n;
    int fd = fd_reserve(0, flags & MFD_CLOEXEC);
    if (fd < 0)
        return fd;
    int err = vfs_open_memory(label, flags & MFD_ALLOW_SEALING, &file);
    if (err != 0) {
        fd_cancel(fd);
        return err;
    }
    fd_publish(fd, file);
    return fd;
}
