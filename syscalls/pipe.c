/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: pipe(2), pipe2(2). No locks. */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/pipe.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>

#include "handlers.h"

/* Installs two files and stores their descriptors. Consumes both references, even on error. */
static long install_two(struct file *end[2], bool cloexec, int __user *fds)
{
    int fd[2] = {fd_reserve(0, cloexec), -1};
    long err = fd[0];
    if (fd[0] >= 0) {
        fd[1] = fd_reserve(0, cloexec);
        err = fd[1] < 0 ? fd[1] : copy_to_user(fds, fd, sizeof(fd));
    }
    for (int i = 0; i < 2; i++) {
        if (err == 0) {
            fd_publish(fd[i], end[i]);
            continue;
        }
        if (fd[i] >= 0)
            fd_cancel(fd[i]);
        file_put(end[i]);
    }
    return err;
}

long sys_pipe2(int __user *fds, int flags)
{
    struct file *end[2];
    if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
        return -EINVAL;
    int err = pipe_create((unsigned)flags & (O_NONBLOCK | O_DIRECT), end);
    return err != 0 ? err : install_two(end, flags & O_CLOEXEC, fds);
}

long sys_pipe(int __user *fds)
{
    return sys_pipe2(fds, 0);
}
