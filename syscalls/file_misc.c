/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: calls that copy between files (sendfile, copy_file_range), give advice or flush. No locks
 * of its own.
 */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_pending.h>
#include <hermit/size_limit.h>
#include <hermit/uaccess.h>
#include <linux/fadvise.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "descriptor.h"
#include "handlers.h"
#include "path.h"

static long file_sync(int fd, bool data_only)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long err = f->ops->fsync != NULL ? f->ops->fsync(f, 0, INT64_MAX, data_only) : -EINVAL;
    file_put(f);
    return err;
}

long sys_fsync(int fd)
{
    return file_sync(fd, false);
}

long sys_fdatasync(int fd)
{
    return file_sync(fd, true);
}

static int sync_super(struct super_block *sb)
{
    return sb->ops != NULL && sb->ops->sync != NULL ? sb->ops->sync(sb) : 0;
}

long sys_sync(void)
{
    for (struct super_block *sb = vfs_supers; sb != NULL; sb = sb->next)
        (void)sync_super(sb); /* whoever has the file open is told */
    return 0;
}

long sys_syncfs(int fd)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long err = f->inode != NULL ? sync_super(f->inode->sb) : 0;
    file_put(f);
    return err;
}

/* 0 for a regular file or folder, pipe_error for a pipe or without inode, else other_error. */
static long check_regular(int fd, long pipe_error, long other_error)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long err = 0;
    if (f->inode == NULL || inode_type(f->inode) == S_IFIFO)
        err = pipe_error;
    else if (inode_type(f->inode) != S_IFREG && !inode_is_dir(f->inode))
        err = other_error;
    file_put(f);
    return err;
}

long sys_sync_file_range(int fd, loff_t offset, loff_t length, unsigned flags)
{
    long end, err = descriptor_check(fd);
    if (err != 0)
        return err;
    if (flags & ~7L || offset < 0 || length < 0 || __builtin_add_overflow(offset, length, &end))
        return -EINVAL;
    err = check_regular(fd, -ESPIPE, -ESPIPE);
    if (err != 0 || flags == 0)
        return err;
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF; /* another thread closed it */
    if (f->ops->write_back != NULL)
        err = f->ops->write_back(f, (uint64_t)offset, length != 0 ? (uint64_t)end : INT64_MAX);
    file_put(f);
    return err;
}

/* Bytes [from, to) of an open regular file. */
static void give_advice(struct file *f, uint64_t from, uint64_t to, int advice)
{
    if (f->inode->ops->advise != NULL && from < to)
        f->inode->ops->advise(f->inode, from, to, advice);
}

long sys_fadvise64(int fd, loff_t offset, size_t length, int advice)
{
    long err = check_regular(fd, -ESPIPE, 0);
    if (err != 0)
        return err;
    if ((loff_t)length < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
        return -EINVAL;
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;                        /* another thread closed it */
    uint64_t end = (uint64_t)offset + length; /* negative places are far behind the end */
    if (length == 0 || end < (uint64_t)offset)
        end = INT64_MAX;
    give_advice(f, (uint64_t)offset, end, advice);
    file_put(f);
    return 0;
}

long sys_readahead(int fd, loff_t offset, size_t count)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long err = f->inode != NULL && inode_type(f->inode) == S_IFREG ? 0 : -EINVAL;
    if ((load_relaxed(&f->flags) & O_ACCMODE) == O_WRONLY)
        err = -EBADF;
    if (err == 0 && offset >= 0)
        give_advice(f, (uint64_t)offset, (uint64_t)offset + MIN(count, IO_MAX),
                    POSIX_FADV_WILLNEED);
    file_put(f);
    return err;
}

#define CHUNK 65536UL

/* Copies one chunk through `buf`. Returns bytes, or −errno if there were none. out_pos is NULL for
 * files without a position. */
static ssize_t copy_chunk(struct file *in, uint64_t *in_pos, struct file *out, uint64_t *out_pos,
                          char *buf, size_t n)
{
    struct io_segment segment;
    struct io_cursor io;
    io_cursor_init_kernel(&io, &segment, buf, n);
    ssize_t got = file_read(in, &io, in_pos);
    if (got <= 0)
        return got;
    io_cursor_init_kernel(&io, &segment, buf, (size_t)got);
    ssize_t put = file_write(out, &io, out_pos);
    *in_pos -= (uint64_t)(got - MAX(put, 0));
    return put;
}

static ssize_t copy_bytes(struct file *in, uint64_t *in_pos, struct file *out, uint64_t *out_pos,
                          size_t count)
{
    char *buf = kmalloc_for(CHUNK, FRAME_FAULT);
    size_t done = 0;
    ssize_t n = 0;
    if (buf == NULL)
        return -ENOMEM;
    while (done < count) {
        size_t want = MIN(count - done, CHUNK);
        n = copy_chunk(in, in_pos, out, out_pos, buf, want);
        if (n > 0)
            done += (size_t)n;
        if (n < (ssize_t)want || signal_pending())
            break;
    }
    kfree(buf);
    return done > 0 ? (ssize_t)done : n;
}

/* The position of one side: from the application, or the file's own if `user` is NULL. */
static long get_position(const struct file *f, const loff_t __user *user, uint64_t *pos)
{
    *pos = f->pos;
    return user != NULL ? (long)get_user_u64(pos, (const uint64_t __user *)user) : 0;
}

static long put_position(struct file *f, loff_t __user *user, uint64_t pos)
{
    if (user != NULL)
        return put_user_u64((uint64_t __user *)user, pos);
    return MIN(file_seek(f, (long)pos, SEEK_SET), 0);
}

/* Files keep their positions until the end, as on Linux, so that `in` may be `out`. */
static long sendfile_between(struct file *out, struct file *in, loff_t __user *offset, size_t count)
{
    uint64_t from, to = out->pos;
    bool has_position = out->ops->seek != NULL;
    if ((load_relaxed(&in->flags) & O_ACCMODE) == O_WRONLY ||
        (load_relaxed(&out->flags) & O_ACCMODE) == O_RDONLY)
        return -EBADF;
    if (in->ops->seek == NULL)
        return offset != NULL ? -ESPIPE : -EINVAL;
    if (load_relaxed(&out->flags) & O_APPEND)
        return -EINVAL;
    long err = get_position(in, offset, &from);
    if (err != 0)
        return err;
    if ((int64_t)from < 0 || !file_range_ok(from, count))
        return -EINVAL;
    long n = copy_bytes(in, &from, out, has_position ? &to : NULL, count);
    if (n > 0 && has_position)
        err = put_position(out, NULL, to);
    if (err == 0 && (n > 0 || offset != NULL))
        err = put_position(in, offset, from);
    return err != 0 ? err : n;
}

long sys_sendfile(int out_fd, int in_fd, loff_t __user *offset, size_t count)
{
    struct file *in = fd_get(in_fd), *out = fd_get(out_fd);
    long n = in == NULL || out == NULL ? -EBADF : 0;
    if (n == 0 && (ssize_t)count < 0)
        n = -EINVAL;
    if (n == 0)
        n = sendfile_between(out, in, offset, MIN(count, IO_MAX));
    if (in != NULL)
        file_put(in);
    if (out != NULL)
        file_put(out);
    return n;
}

static long check_copy_range(const struct file *in, const struct file *out)
{
    if (in->inode == NULL || out->inode == NULL)
        return -EINVAL;
    if (inode_is_dir(in->inode) || inode_is_dir(out->inode))
        return -EISDIR;
    if (inode_type(in->inode) != S_IFREG || inode_type(out->inode) != S_IFREG)
        return -EINVAL;
    if ((load_relaxed(&in->flags) & O_ACCMODE) == O_WRONLY ||
        (load_relaxed(&out->flags) & O_ACCMODE) == O_RDONLY || load_relaxed(&out->flags) & O_APPEND)
        return -EBADF;
    return in->inode->sb == out->inode->sb ? 0 : -EXDEV;
}

/* Limits *count to the data available and the size limit. 0 or −errno, in Linux's order. */
static long check_ranges(const struct file *in, uint64_t from, const struct file *out, uint64_t to,
                         size_t *count)
{
    uint64_t end, size = load_relaxed(&in->inode->size);
    if (__builtin_add_overflow(from, *count, &end) || __builtin_add_overflow(to, *count, &end))
        return -EOVERFLOW;
    if ((int64_t)from >= 0)
        *count = from < size ? MIN(*count, size - from) : 0;
    if ((int64_t)from < 0 || (int64_t)to < 0)
        return -EINVAL;
    long err = size_limit_write(to, count);
    if (err != 0)
        return err;
    if (in->inode == out->inode && from < to + *count && to < from + *count)
        return -EINVAL;
    return 0;
}

static long copy_range(struct file *in, loff_t __user *in_pos, struct file *out,
                       loff_t __user *out_pos, size_t count)
{
    uint64_t from, to;
    long err = check_copy_range(in, out);
    if (err == 0)
        err = get_position(in, in_pos, &from);
    if (err == 0)
        err = get_position(out, out_pos, &to);
    if (err == 0)
        err = check_ranges(in, from, out, to, &count);
    if (err != 0 || count == 0)
        return err;
    long n = copy_bytes(in, &from, out, &to, MIN(count, IO_MAX));
    if (n > 0)
        err = put_position(in, in_pos, from);
    if (n > 0 && err == 0)
        err = put_position(out, out_pos, to);
    return err != 0 ? err : n;
}

long sys_copy_file_range(int in_fd, loff_t __user *in_pos, int out_fd, loff_t __user *out_pos,
                         size_t count, unsigned flags)
{
    struct file *in = fd_get(in_fd), *out = fd_get(out_fd);
    long n = in == NULL || out == NULL ? -EBADF : 0;
    if (n == 0)
        n = flags != 0 ? -EINVAL : copy_range(in, in_pos, out, out_pos, count);
    if (in != NULL)
        file_put(in);
    if (out != NULL)
        file_put(out);
    return n;
}
