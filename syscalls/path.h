/* SPDX-License-Identifier: BSD-3-Clause */
/* Path arguments of system calls. */
#ifndef SYSCALLS_PATH_H
#define SYSCALLS_PATH_H

#include <hermit/vfs.h>

/* Copies a path into kernel memory; the caller kfree()s it. −EFAULT, −ENAMETOOLONG, −ENOMEM, and
 * −ENOENT for "" unless `empty`. */
int path_get(const char __user *user, bool empty, char **path);

/* Looks up a path argument; flags are enum walk_flags. Stores a dentry with a reference. */
int path_lookup(int dirfd, const char __user *user, unsigned flags, struct dentry **d);

/*
 * Calls `op` with the file of a path argument. If a server answers −ESTALE, as what it is known by
 * is another file by now, or none, it is looked up anew, and `op` called once more. `op` may sleep.
 */
typedef long (*path_op)(struct inode *inode, void *argument);
long path_call(int dirfd, const char __user *user, unsigned flags, path_op op, void *argument);

/* Opens (O_RDONLY or O_WRONLY) a path that ends in a magic link to a file without a path, such as
 * /dev/stdin; −ENOENT if the path is not of this kind. */
int path_open_magic(int dirfd, const char __user *user, struct file **file);

/* The walk flags that correspond to AT_* flags. */
unsigned path_walk_flags(int at_flags);

#endif
