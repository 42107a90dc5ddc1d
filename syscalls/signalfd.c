/* SPDX-License-Identifier: BSD-3-Clause */
/* signalfd(2). No locks. */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/signalfd.h>
#include <hermit/uaccess.h>
#include <linux/signalfd.h>

#include "handlers.h"

static long new_signalfd(sigset mask, int flags)
{
    struct file *file;
    int err = signalfd_create(mask, (unsigned)flags & SFD_NONBLOCK, &file);
    if (err != 0)
        return err;
    int fd = fd_install(file, 0, flags & SFD_CLOEXEC);
    if (fd < 0)
        file_put(file);
    return fd;
}

long sys_signalfd4(int fd, const uint64_t __user *user, size_t size, int flags)
{
    sigset mask;
    if (size != sizeof(mask))
        return -EINVAL;
    if (get_user_u64(&mask, user) != 0)
        return -EFAULT;
    if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
        return -EINVAL;
    if (fd == -1)
        return new_signalfd(mask, flags);
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    int err = signalfd_set_mask(f, mask);
    file_put(f);
    return err != 0 ? err : fd;
}

long sys_signalfd(int fd, const uint64_t __user *mask, size_t size)
{
    return sys_signalfd4(fd, mask, size, 0);
}
