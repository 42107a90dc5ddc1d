/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: ioctl(2). Handles requests for descriptor or flags; the file does the rest. No locks. */
#include "syscall.h"
#include <asm/ioctls.h>
#include <hermit/atomic.h>
#include <hermit/fd_table.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "handlers.h"

static long set_nonblocking(struct file *f, unsigned long arg)
{
    uint32_t on;
    if (get_user_u32(&on, user_ptr(arg)) != 0)
        return -EFAULT;
    if (on != 0)
        or_relaxed(&f->flags, O_NONBLOCK);
    else
        and_relaxed(&f->flags, ~(unsigned)O_NONBLOCK);
    return 0;
}

static long file_ioctl(struct file *f, int fd, unsigned cmd, unsigned long arg)
{
    switch (cmd) {
    case FIOCLEX:
        return fd_set_cloexec(fd, true);
    case FIONCLEX:
        return fd_set_cloexec(fd, false);
    case FIONBIO:
        return set_nonblocking(f, arg);
    default:
        return f->ops->ioctl != NULL ? f->ops->ioctl(f, cmd, arg) : -ENOTTY;
    }
}

long sys_ioctl(int fd, unsigned cmd, unsigned long arg)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    long result = file_ioctl(f, fd, cmd, arg);
    file_put(f);
    return result;
}
