/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes of files: names with values, xattr(7). What the beginning of a name says,
 * without a file system being asked, is said here; the rest is the file system's: one in memory
 * (super_block.keeps_xattrs) keeps them with the inode, a backed one has operations for them.
 *
 * An inode of NULL stands for an open file without one (a pipe, a socket). Names have 1 to
 * XATTR_NAME_MAX bytes. Values are in kernel memory of kmalloc(), as a server may have to read or
 * write them. Takes inode->lock of backed file systems. May sleep. Results are −errno on errors:
 * −EOPNOTSUPP: the file has no attributes with such names; −ENODATA: not this one; −EPERM: it may
 * not have it; −EINVAL: nothing follows the name's prefix; those of a server.
 */
#ifndef HERMIT_XATTR_H
#define HERMIT_XATTR_H

#include <hermit/types.h>

struct inode;

/* The value: its size, copied to `value` if `size` is not 0. −ERANGE: it is larger than that. */
ssize_t xattr_get(struct inode *inode, const char *name, void *value, size_t size);
/* All names, each with its NUL, in the same way. */
ssize_t xattr_list(struct inode *inode, char *list, size_t size);
/* Sets a value, which may be of size 0, by XATTR_CREATE or XATTR_REPLACE, or 0. −EEXIST, −ENODATA,
 * −ENOSPC. */
int xattr_set(struct inode *inode, const char *name, const void *value, size_t size, int flags);
int xattr_remove(struct inode *inode, const char *name);

#endif
