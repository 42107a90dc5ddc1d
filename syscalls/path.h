/* SPDX-License-Identifier: BSD-3-Clause */
/* Path arguments of system calls. */
#ifndef SYSCALLS_PATH_H
#define SYSCALLS_PATH_H

#include <hermit/vfs.h>

/* The application's path in kernel memory; kfree() it. −EFAULT, −ENAMETOOLONG, −ENOMEM, and −ENOENT
 * for "" unless `empty`. */
int path_get(const char __user *user, bool empty, char **path);

/* Looks up a path argument: flags are enum walk_flags. A dentry with a reference. */
int path_lookup(int dirfd, const char __user *user, unsigned flags, struct dentry **d);

/* Opens (O_RDONLY or O_WRONLY) a path that ends in a magic link to a file without a path, such as
 * /dev/stdin; −ENOENT: it is no such path. */
int path_open_magic(int dirfd, const char __user *user, struct file **file);

/* What an AT_* argument says about the walk. */
unsigned path_walk_flags(int at_flags);

#endif
