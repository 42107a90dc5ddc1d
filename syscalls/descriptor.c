/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: close(2), dup(2) and related calls. No locks: the descriptor table has its own. */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>

#include "descriptor.h"
#include "handlers.h"

long sys_close(int fd)
{
    return fd_close(fd);
}

long descriptor_check(int fd)
{
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    file_put(f);
    return 0;
}

long sys_close_range(unsigned first, unsigned last, unsigned flags)
{
    if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC))
        return -EINVAL;
    if (first > last)
        return -EINVAL;
    if (first >= FD_MAX)
        return 0;
    for (int fd = fd_next((int)first); fd >= 0 && (unsigned)fd <= last; fd = fd_next(fd + 1)) {
        if (flags & CLOSE_RANGE_CLOEXEC)
            fd_set_cloexec(fd, true);
        else
            fd_close(fd); /* −EBADF: another thread closed it first */
    }
    return 0;
}

long sys_dup(int fd)
{
    struct file *f = fd_get_raw(fd);
    if (f == NULL)
        return -EBADF;
    int copy = fd_install(f, 0, false);
    if (copy < 0)
        file_put(f);
    return copy;
}

static long dup_to(int old, int new, bool cloexec)
{
    struct file *f = fd_get_raw(old);
    if (f == NULL)
        return -EBADF;
    int result = fd_replace(new, f, cloexec);
    file_put(f);
    return result;
}

long sys_dup2(int old, int new)
{
    if (old == new) {
        int cloexec = fd_get_cloexec(old);
        return cloexec < 0 ? cloexec : old;
    }
    return dup_to(old, new, false);
}

long sys_dup3(int old, int new, int flags)
{
    if (flags & ~O_CLOEXEC || old == new)
        return -EINVAL;
    return dup_to(old, new, (flags & O_CLOEXEC) != 0);
}
