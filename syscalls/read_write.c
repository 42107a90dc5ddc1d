/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: read(2), write(2), their variants with position or vector, lseek(2). No locks of its own:
 * file_read() and file_write() take the file's.
 */
#include "syscall.h"
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "handlers.h"
#include "io_import.h"

typedef ssize_t (*file_io)(struct file *f, struct io_cursor *io, uint64_t *pos);

/* Releases the file and returns the error. Out of line to keep the fast path short. */
__attribute__((noinline)) static long refuse(struct file *f, long err)
{
    if (load_relaxed(&f->flags) & O_PATH)
        err = -EBADF; /* Linux checks this before the buffer */
    file_put(f);
    return err;
}

/* Transfers one buffer at the file's position. Consumes the reference to f. */
static inline long transfer(struct file *f, const char __user *buf, size_t count, file_io op)
{
    struct io_segment segment;
    struct io_cursor io;
    long err = io_import_buffer(&io, &segment, buf, count);
    if (unlikely(err != 0))
        return refuse(f, err);
    long n = op(f, &io, NULL);
    file_put(f);
    return n;
}

/* For descriptors that fd_get_fast() does not return. */
__attribute__((noinline)) static long transfer_any(int fd, const char __user *buf, size_t count,
                                                   file_io op)
{
    struct file *f = fd_get(fd);
    return f != NULL ? transfer(f, buf, count, op) : -EBADF;
}

/* No stack protector: these stack frames hold no array. */
#define BARE __attribute__((no_stack_protector))

BARE long sys_read(int fd, char __user *buf, size_t count)
{
    struct file *f = fd_get_fast(fd);
    return likely(f != NULL) ? transfer(f, buf, count, file_read)
                             : transfer_any(fd, buf, count, file_read);
}

BARE long sys_write(int fd, const char __user *buf, size_t count)
{
    struct file *f = fd_get_fast(fd);
    return likely(f != NULL) ? transfer(f, buf, count, file_write)
                             : transfer_any(fd, buf, count, file_write);
}

/* Transfers one buffer at `offset`. */
static long transfer_at(int fd, const char __user *buf, size_t count, loff_t offset, file_io op)
{
    struct io_segment segment;
    struct io_cursor io;
    uint64_t pos = (uint64_t)offset;
    if (offset < 0)
        return -EINVAL;
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long n = -ESPIPE;
    if (f->ops->seek != NULL)
        n = io_import_buffer(&io, &segment, buf, count);
    if (n == 0)
        n = op(f, &io, &pos);
    file_put(f);
    return n;
}

long sys_pread64(int fd, char __user *buf, size_t count, loff_t offset)
{
    return transfer_at(fd, buf, count, offset, file_read);
}

long sys_pwrite64(int fd, const char __user *buf, size_t count, loff_t offset)
{
    return transfer_at(fd, buf, count, offset, file_write);
}

/* Transfers buffers at the file's position (pos NULL) or at *pos. Consumes the reference to f. */
static long transfer_vector(struct file *f, const struct iovec __user *iov, unsigned long n,
                            uint64_t *pos, file_io op)
{
    struct io_import im;
    if (f == NULL)
        return -EBADF;
    long result = pos != NULL && f->ops->seek == NULL ? -ESPIPE : 0;
    if (result == 0)
        result = io_import_iovec(&im, iov, n);
    if (result == 0) {
        result = op(f, &im.io, pos);
        io_import_free(&im);
    }
    file_put(f);
    return result;
}

long sys_readv(int fd, const struct iovec __user *iov, unsigned long n)
{
    return transfer_vector(fd_get(fd), iov, n, NULL, file_read);
}

long sys_writev(int fd, const struct iovec __user *iov, unsigned long n)
{
    return transfer_vector(fd_get(fd), iov, n, NULL, file_write);
}

/* The ABI splits the offset into low and high word; on 64-bit machines the low one holds it all. */
static long transfer_vector_at(int fd, const struct iovec __user *iov, unsigned long n,
                               loff_t offset, file_io op)
{
    uint64_t pos = (uint64_t)offset;
    if (offset < 0)
        return -EINVAL;
    return transfer_vector(fd_get(fd), iov, n, &pos, op);
}

long sys_preadv(int fd, const struct iovec __user *iov, unsigned long n, loff_t offset,
                unsigned long offset_high)
{
    (void)offset_high;
    return transfer_vector_at(fd, iov, n, offset, file_read);
}

long sys_pwritev(int fd, const struct iovec __user *iov, unsigned long n, loff_t offset,
                 unsigned long offset_high)
{
    (void)offset_high;
    return transfer_vector_at(fd, iov, n, offset, file_write);
}

/* Memory files satisfy RWF_HIPRI, RWF_DSYNC and RWF_SYNC anyway. Other flags are refused. */
#define RWF_KNOWN (RWF_HIPRI | RWF_DSYNC | RWF_SYNC)

static long transfer_vector_flags(int fd, const struct iovec __user *iov, unsigned long n,
                                  loff_t offset, int flags, file_io op)
{
    if (offset == -1 && (flags & ~RWF_KNOWN) == 0)
        return transfer_vector(fd_get(fd), iov, n, NULL, op);
    if (offset < 0)
        return -EINVAL;
    if (flags & ~RWF_KNOWN) {
        struct file *f = fd_get(fd);
        if (f == NULL)
            return -EBADF;
        file_put(f);
        return -EOPNOTSUPP;
    }
    return transfer_vector_at(fd, iov, n, offset, op);
}

long sys_preadv2(int fd, const struct iovec __user *iov, unsigned long n, loff_t offset,
                 unsigned long offset_high, int flags)
{
    (void)offset_high;
    return transfer_vector_flags(fd, iov, n, offset, flags, file_read);
}

long sys_pwritev2(int fd, const struct iovec __user *iov, unsigned long n, loff_t offset,
                  unsigned long offset_high, int flags)
{
    (void)offset_high;
    return transfer_vector_flags(fd, iov, n, offset, flags, file_write);
}

long sys_lseek(int fd, off_t offset, unsigned whence)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long pos = whence > SEEK_MAX ? -EINVAL : file_seek(f, offset, (int)whence);
    file_put(f);
    return pos;
}
