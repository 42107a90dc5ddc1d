/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: stat(2), fstat(2), lstat(2), newfstatat(2), statx(2). No locks. */
#include "stat.h"

#include "syscall.h"
#include <asm/stat.h>
#include <hermit/fd_table.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>

#include "handlers.h"
#include "path.h"

/* dev_t as the application sees it (new_encode_dev of both halves). */
static uint64_t encode_dev(uint32_t major, uint32_t minor)
{
    return (minor & 0xff) | (uint64_t)(major & 0xfff) << 8 | (uint64_t)(minor & ~0xffu) << 12;
}

long stat_to_user(const struct statx *st, struct stat __user *user)
{
    struct stat s;
    memset(&s, 0, sizeof(s));
    s.st_dev = encode_dev(st->stx_dev_major, st->stx_dev_minor);
    s.st_ino = st->stx_ino;
    s.st_nlink = st->stx_nlink;
    s.st_mode = st->stx_mode;
    s.st_uid = st->stx_uid;
    s.st_gid = st->stx_gid;
    s.st_rdev = encode_dev(st->stx_rdev_major, st->stx_rdev_minor);
    s.st_size = (long)st->stx_size;
    s.st_blksize = st->stx_blksize;
    s.st_blocks = (long)st->stx_blocks;
    s.st_atime = (unsigned long)st->stx_atime.tv_sec;
    s.st_atime_nsec = st->stx_atime.tv_nsec;
    s.st_mtime = (unsigned long)st->stx_mtime.tv_sec;
    s.st_mtime_nsec = st->stx_mtime.tv_nsec;
    s.st_ctime = (unsigned long)st->stx_ctime.tv_sec;
    s.st_ctime_nsec = st->stx_ctime.tv_nsec;
    return copy_to_user(user, &s, sizeof(s));
}

int file_stat(struct file *f, struct statx *st)
{
    if (f->ops->stat != NULL)
        return f->ops->stat(f, st);
    if (f->inode == NULL)
        return -EBADF;
    return inode_stat(f->inode, st);
}

static int descriptor_stat(int fd, struct statx *st)
{
    struct file *f = fd_get_raw(fd);
    if (f == NULL)
        return -EBADF;
    int err = file_stat(f, st);
    file_put(f);
    return err;
}

long sys_fstat(int fd, struct stat __user *user)
{
    struct statx st;
    int err = descriptor_stat(fd, &st);
    return err != 0 ? err : stat_to_user(&st, user);
}

/* True for "" with AT_EMPTY_PATH: the descriptor may then be of any kind. */
static bool is_empty_path(const char __user *path, int flags)
{
    char c;
    return flags & AT_EMPTY_PATH && copy_from_user(&c, path, 1) == 0 && c == '\0';
}

static long stat_inode(struct inode *inode, void *st)
{
    return inode_stat(inode, st);
}

static long path_stat(int dirfd, const char __user *path, int flags, struct statx *st)
{
    if (is_empty_path(path, flags) && dirfd != AT_FDCWD)
        return descriptor_stat(dirfd, st);
    long err = path_call(dirfd, path, path_walk_flags(flags), stat_inode, st);
    if (err == -ENOENT && !(flags & AT_SYMLINK_NOFOLLOW)) {
        /* A magic link to a file without a path: ask the open file. */
        struct file *f;
        err = path_open_magic(dirfd, path, &f);
        if (err == 0) {
            err = file_stat(f, st);
            file_put(f);
        }
    }
    return err;
}

long sys_newfstatat(int dirfd, const char __user *path, struct stat __user *user, int flags)
{
    struct statx st;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
        return -EINVAL;
    long err = path_stat(dirfd, path, flags, &st);
    return err != 0 ? err : stat_to_user(&st, user);
}

long sys_stat(const char __user *path, struct stat __user *st)
{
    return sys_newfstatat(AT_FDCWD, path, st, 0);
}

long sys_lstat(const char __user *path, struct stat __user *st)
{
    return sys_newfstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

long sys_statx(int dirfd, const char __user *path, unsigned flags, unsigned mask,
               struct statx __user *user)
{
    struct statx st;
    if (mask & STATX__RESERVED || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE ||
        flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
        return -EINVAL;
    long err = path_stat(dirfd, path, flags, &st);
    return err != 0 ? err : copy_to_user(user, &st, sizeof(st));
}
