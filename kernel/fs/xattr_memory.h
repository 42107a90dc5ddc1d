/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes that are kept in memory, with their inode: those of the memory file system,
 * and what the program has changed in an overlay. Each is charged to the file system's size by the
 * memory that it takes.
 *
 * xattr_lock (sleeping, readers/writer), which all of these but xattr_memory_check() take, protects
 * the attributes of all inodes. Nothing is allocated or waited for under it.
 */
#ifndef FS_XATTR_MEMORY_H
#define FS_XATTR_MEMORY_H

#include <hermit/types.h>

struct inode;

/* 0 if the memory file system has attributes with such names (trusted.*, security.*), as Linux
 * 6.1's tmpfs; −EOPNOTSUPP, or −EINVAL: it is a prefix and nothing else. */
int xattr_memory_check(const char *name);
/* The same of that one prefix. */
int xattr_check_prefix(const char *name, const char *prefix);

/* As hermit/xattr.h has it, but for any name; the times of the inode stay. */
ssize_t xattr_memory_get(const struct inode *inode, const char *name, void *value, size_t size);
ssize_t xattr_memory_list(const struct inode *inode, char *list, size_t size);
/* A value of NULL: removes; XATTR_REPLACE says that it must be there. −ENOSPC: the file system is
 * full, or there is no memory. */
int xattr_memory_set(struct inode *inode, const char *name, const void *value, size_t size,
                     int flags);
/* Frees all: when the inode goes, or nobody has seen them. */
void xattr_memory_free(struct inode *inode);

#endif
