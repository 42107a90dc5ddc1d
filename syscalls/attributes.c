/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: calls for permission bits, owners, access(2), times, sizes, umask(2). The process is root,
 * so permission bits restrict execution only. No locks of its own.
 */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/timer.h>
#include <hermit/uaccess.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/utime.h>

#include "handlers.h"
#include "path.h"
#include "timespec.h"

#define UTIME_NOW  ((1L << 30) - 1) /* utimensat(2) */
#define UTIME_OMIT ((1L << 30) - 2)

/* Calls `op` with the file of a descriptor; −EINVAL: that has no inode. */
static long descriptor_call(int fd, path_op op, void *argument)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long result = f->inode != NULL ? op(f->inode, argument) : -EINVAL;
    file_put(f);
    return result;
}

static long set_mode(struct inode *inode, void *argument)
{
    mode_t mode = *(const mode_t *)argument;
    if (inode_is_link(inode))
        return -EOPNOTSUPP;
    return vfs_setattr(inode, &(struct attr_change){.valid = ATTR_MODE, .mode = mode & 07777});
}

long sys_fchmodat2(int dirfd, const char __user *path, mode_t mode, unsigned flags)
{
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    return path_call(dirfd, path, path_walk_flags(flags), set_mode, &mode);
}

long sys_fchmodat(int dirfd, const char __user *path, mode_t mode)
{
    return sys_fchmodat2(dirfd, path, mode, 0);
}

long sys_chmod(const char __user *path, mode_t mode)
{
    return sys_fchmodat2(AT_FDCWD, path, mode, 0);
}

long sys_fchmod(int fd, mode_t mode)
{
    return descriptor_call(fd, set_mode, &mode);
}

struct owner {
    uid_t uid;
    gid_t gid;
};

static long set_owner(struct inode *inode, void *argument)
{
    const struct owner *owner = argument;
    struct attr_change change = {.uid = owner->uid, .gid = owner->gid};
    uint32_t mode = load_relaxed(&inode->mode), lost = mode & S_IXGRP ? S_ISUID | S_ISGID : S_ISUID;
    if (owner->uid != (uint32_t)-1)
        change.valid |= ATTR_UID;
    if (owner->gid != (uint32_t)-1)
        change.valid |= ATTR_GID;
    if (inode_type(inode) == S_IFREG && mode & lost) {
        change.valid |= ATTR_MODE;
        change.mode = mode & 07777 & ~lost;
    }
    return vfs_setattr(inode, &change);
}

long sys_fchownat(int dirfd, const char __user *path, uid_t uid, gid_t gid, int flags)
{
    struct owner owner = {uid, gid};
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    return path_call(dirfd, path, path_walk_flags(flags), set_owner, &owner);
}

long sys_chown(const char __user *path, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}

long sys_lchown(const char __user *path, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown(int fd, uid_t uid, gid_t gid)
{
    struct owner owner = {uid, gid};
    return descriptor_call(fd, set_owner, &owner);
}

static long may_access(struct inode *inode, void *argument)
{
    int mode = *(const int *)argument;
    bool refused = mode & 1 && !inode_is_dir(inode) && !(load_relaxed(&inode->mode) & 0111);
    return refused ? -EACCES : 0;
}

long sys_faccessat2(int dirfd, const char __user *path, int mode, int flags)
{
    if (mode & ~7L || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    long err = path_call(dirfd, path, path_walk_flags(flags), may_access, &mode);
    if (err == -ENOENT) {
        struct file *f; /* a stream by its link in /proc/self/fd: accessible */
        if (path_open_magic(dirfd, path, &f) != 0)
            return err;
        file_put(f);
        return 0;
    }
    return err;
}

long sys_faccessat(int dirfd, const char __user *path, int mode)
{
    return sys_faccessat2(dirfd, path, mode, 0);
}

long sys_access(const char __user *path, int mode)
{
    return sys_faccessat2(AT_FDCWD, path, mode, 0);
}

long sys_umask(int mask)
{
    return atomic_exchange_explicit(&vfs_umask, (uint32_t)mask & 0777, memory_order_relaxed);
}

/* Both times are the clock's. */
static void times_now(struct attr_change *t)
{
    int64_t now = (int64_t)clock_realtime();
    *t = (struct attr_change){.valid = ATTR_ATIME | ATTR_MTIME | ATTR_ATIME_NOW | ATTR_MTIME_NOW,
                              .atime = now,
                              .mtime = now};
}

/* One of the times, given by a timespec. */
static int time_from(struct attr_change *t, const struct __kernel_timespec *ts, unsigned valid,
                     int64_t *time)
{
    long nsec = (long)ts->tv_nsec;
    if (nsec == UTIME_NOW)
        return 0;
    t->valid &= ~(valid == ATTR_ATIME ? ATTR_ATIME_NOW : ATTR_MTIME_NOW);
    if (nsec == UTIME_OMIT) {
        t->valid &= ~valid;
        return 0;
    }
    if (nsec < 0 || nsec >= (long)NSEC_PER_SEC)
        return -EINVAL;
    *time = inode_time(ts->tv_sec, (uint32_t)nsec);
    return 0;
}

static void times_given(struct attr_change *t, int64_t atime, int64_t mtime)
{
    *t = (struct attr_change){.valid = ATTR_ATIME | ATTR_MTIME, .atime = atime, .mtime = mtime};
}

static int times_from_timespec(struct attr_change *t, const struct __kernel_timespec __user *user)
{
    struct __kernel_timespec ts[2];
    times_now(t);
    if (user == NULL)
        return 0;
    if (copy_from_user(ts, user, sizeof(ts)) != 0)
        return -EFAULT;
    int err = time_from(t, &ts[0], ATTR_ATIME, &t->atime);
    return err != 0 ? err : time_from(t, &ts[1], ATTR_MTIME, &t->mtime);
}

static int times_from_timeval(struct attr_change *t, const struct __kernel_old_timeval __user *user)
{
    struct __kernel_old_timeval tv[2];
    times_now(t);
    if (user == NULL)
        return 0;
    if (copy_from_user(tv, user, sizeof(tv)) != 0)
        return -EFAULT;
    int64_t ns[2];
    for (int i = 0; i < 2; i++) {
        if (tv[i].tv_usec < 0 || tv[i].tv_usec >= USEC_PER_SEC)
            return -EINVAL;
        ns[i] = inode_time(tv[i].tv_sec, (uint32_t)tv[i].tv_usec * 1000);
    }
    times_given(t, ns[0], ns[1]);
    return 0;
}

static long set_times(struct inode *inode, void *change)
{
    return vfs_setattr(inode, change);
}

/* path NULL: the file of descriptor `dirfd`. */
static long change_times(int dirfd, const char __user *path, unsigned flags, struct attr_change *t)
{
    return path == NULL ? descriptor_call(dirfd, set_times, t)
                        : path_call(dirfd, path, flags, set_times, t);
}

long sys_utimensat(int dirfd, const char __user *path, const struct __kernel_timespec __user *times,
                   int flags)
{
    struct attr_change t;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    int err = times_from_timespec(&t, times);
    if (err != 0)
        return err;
    if (t.valid == 0)
        return 0;
    if (path == NULL && dirfd == AT_FDCWD)
        return -EFAULT;
    if (path == NULL && flags & ~AT_EMPTY_PATH)
        return -EINVAL;
    return change_times(dirfd, path, path_walk_flags(flags), &t);
}

long sys_futimesat(int dirfd, const char __user *path,
                   const struct __kernel_old_timeval __user *times)
{
    struct attr_change t;
    int err = times_from_timeval(&t, times);
    return err != 0 ? err : change_times(dirfd, path, 0, &t);
}

long sys_utimes(const char __user *path, const struct __kernel_old_timeval __user *times)
{
    struct attr_change t;
    int err = times_from_timeval(&t, times);
    if (err == 0 && path == NULL)
        err = -EFAULT;
    return err != 0 ? err : change_times(AT_FDCWD, path, 0, &t);
}

long sys_utime(const char __user *path, const struct utimbuf __user *times)
{
    struct attr_change t;
    struct utimbuf buf;
    times_now(&t);
    if (times != NULL) {
        if (copy_from_user(&buf, times, sizeof(buf)) != 0)
            return -EFAULT;
        times_given(&t, inode_time(buf.actime, 0), inode_time(buf.modtime, 0));
    }
    return path == NULL ? -EFAULT : change_times(AT_FDCWD, path, 0, &t);
}

static long set_size(struct inode *inode, void *size)
{
    return vfs_truncate(inode, *(const uint64_t *)size);
}

long sys_truncate(const char __user *path, off_t size)
{
    uint64_t wanted = (uint64_t)size;
    return size < 0 ? -EINVAL : path_call(AT_FDCWD, path, 0, set_size, &wanted);
}

long sys_ftruncate(int fd, off_t size)
{
    if (size < 0)
        return -EINVAL;
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    int err = -EINVAL;
    if ((load_relaxed(&f->flags) & O_ACCMODE) != O_RDONLY && f->ops->truncate != NULL)
        err = f->ops->truncate(f, (uint64_t)size);
    file_put(f);
    return err;
}

static int check_fallocate(struct file *f, int mode, loff_t offset, loff_t length)
{
    loff_t end;
    if (offset < 0 || length <= 0)
        return -EINVAL;
    if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_COLLAPSE_RANGE |
                 FALLOC_FL_ZERO_RANGE | FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE))
        return -EOPNOTSUPP;
    if (mode & FALLOC_FL_PUNCH_HOLE && !(mode & FALLOC_FL_KEEP_SIZE))
        return -EOPNOTSUPP;
    if ((load_relaxed(&f->flags) & O_ACCMODE) == O_RDONLY)
        return -EBADF;
    if (f->inode == NULL || inode_type(f->inode) == S_IFIFO)
        return -ESPIPE;
    if (inode_is_dir(f->inode))
        return -EISDIR;
    if (inode_type(f->inode) != S_IFREG)
        return -ENODEV;
    if (__builtin_add_overflow(offset, length, &end))
        return -EFBIG;
    return f->ops->fallocate == NULL ? -EOPNOTSUPP : 0;
}

long sys_fallocate(int fd, int mode, loff_t offset, loff_t length)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    int err = check_fallocate(f, mode, offset, length);
    if (err == 0)
        err = f->ops->fallocate(f, mode, (uint64_t)offset, (uint64_t)length);
    file_put(f);
    return err;
}
