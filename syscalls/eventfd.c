/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: eventfd(2). No locks. */
#include "syscall.h"
#include <hermit/eventfd.h>
#include <hermit/fd_table.h>
#include <linux/fcntl.h>

#include "handlers.h"

#define SEMAPHORE 1 /* EFD_SEMAPHORE; the other flags are O_CLOEXEC and O_NONBLOCK */

long sys_eventfd2(unsigned count, int flags)
{
    struct file *file;
    if (flags & ~(SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
        return -EINVAL;
    int err = eventfd_create(count, flags & SEMAPHORE, (unsigned)flags & O_NONBLOCK, &file);
    if (err != 0)
        return err;
    int fd = fd_install(file, 0, flags & O_CLOEXEC);
    if (fd < 0)
        file_put(file);
    return fd;
}

long sys_eventfd(unsigned count)
{
    return sys_eventfd2(count, 0);
}
