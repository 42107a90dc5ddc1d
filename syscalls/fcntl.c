/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: fcntl(2) and flock(2). kernel/fs/locks.c keeps the file locks. */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/locks.h>
#include <hermit/pipe.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "handlers.h"

#define SETTABLE (O_APPEND | O_NONBLOCK | O_NOATIME | O_DIRECT)

static long duplicate(struct file *f, int min, bool cloexec)
{
    if (min < 0)
        return -EINVAL;
    file_get(f);
    int fd = fd_install(f, min, cloexec);
    if (fd < 0)
        file_put(f);
    return fd;
}

static long set_flags(struct file *f, unsigned arg)
{
    unsigned old = load_relaxed(&f->flags);
    if (arg & O_DIRECT && !file_is_pipe(f)) /* on a pipe it means packet mode */
        return -EINVAL;
    /* Other files send no signals on Linux either, and ignore the flag. */
    if ((arg ^ old) & FASYNC && (f->ops->no_sigio || file_is_pipe(f)))
        return -EINVAL;
    while (!atomic_compare_exchange_weak_explicit(&f->flags, &old,
                                                  (old & ~(unsigned)SETTABLE) | (arg & SETTABLE),
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
    return 0;
}

static long get_seals(const struct file *f)
{
    if (f->inode == NULL || inode_type(f->inode) != S_IFREG || load_relaxed(&f->inode->seals) < 0)
        return -EINVAL;
    return load_relaxed(&f->inode->seals);
}

static long add_seals(struct file *f, unsigned long seals)
{
    if (get_seals(f) < 0 ||
        seals & ~(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
        return -EINVAL;
    if ((load_relaxed(&f->flags) & O_ACCMODE) == O_RDONLY)
        return -EPERM;
    long err = 0;
    mutex_lock(&f->inode->lock);
    if (load_relaxed(&f->inode->seals) & F_SEAL_SEAL)
        err = -EPERM;
    else if (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
        err = -EBUSY; /* writable mappings are not counted, so some may exist */
    else
        or_relaxed(&f->inode->seals, (int)seals);
    mutex_unlock(&f->inode->lock);
    return err;
}

static long get_owner(void __user *user)
{
    uint32_t owner[2] = {F_OWNER_PID, 0}; /* files send no signals, so they have no owner */
    return copy_to_user(user, owner, sizeof(owner));
}

static long file_fcntl(struct file *f, int fd, unsigned cmd, unsigned long arg)
{
    switch (cmd) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return duplicate(f, (int)arg, cmd == F_DUPFD_CLOEXEC);
    case F_GETFD:
        return fd_get_cloexec(fd);
    case F_SETFD:
        return fd_set_cloexec(fd, arg & FD_CLOEXEC);
    case F_GETFL:
        return load_relaxed(&f->flags);
    }
    if (load_relaxed(&f->flags) & O_PATH)
        return -EBADF;
    switch (cmd) {
    case F_SETFL:
        return set_flags(f, (unsigned)arg);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return lock_fcntl(f, fd, cmd, arg);
    case F_GETPIPE_SZ:
        return pipe_get_size(f);
    case F_SETPIPE_SZ:
        return pipe_set_size(f, arg);
    case F_GET_SEALS:
        return get_seals(f);
    case F_ADD_SEALS:
        return add_seals(f, arg);
    case F_GETOWN:
        return 0;
    case F_GETOWN_EX:
        return get_owner(user_ptr(arg));
    default:
        return -EINVAL;
    }
}

long sys_fcntl(int fd, unsigned cmd, unsigned long arg)
{
    struct file *f = fd_get_raw(fd);
    if (f == NULL)
        return -EBADF;
    long result = file_fcntl(f, fd, cmd, arg);
    file_put(f);
    return result;
}

long sys_flock(int fd, unsigned how)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long result = lock_flock(f, (int)how);
    file_put(f);
    return result;
}
