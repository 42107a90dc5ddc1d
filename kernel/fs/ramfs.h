/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory file system: pages of a file, for its file operations. */
#ifndef FS_RAMFS_H
#define FS_RAMFS_H

#include <hermit/vfs.h>

/* The page at `index` with a reference, or PAGE_TREE_NONE. */
paddr_t ramfs_page(struct inode *inode, uint64_t index);

/* Bytes of the archive from `pos` on that still count; 0: none. */
size_t ramfs_source(const struct inode *inode, uint64_t pos, const char **bytes);

/* A frame for a page that does not exist: with its contents (fill), or undefined. FRAME_NONE. */
paddr_t ramfs_new_page(struct inode *inode, uint64_t index, bool fill);

/* Puts a frame in, unless another thread was faster. The page with a reference, FRAME_NONE: no
 * memory. The frame is taken over. */
paddr_t ramfs_insert(struct inode *inode, uint64_t index, paddr_t frame);

/* Makes [from, to) zero and frees its whole pages; inode->lock. 0 or −ENOSPC. */
int ramfs_punch(struct inode *inode, uint64_t from, uint64_t to);

int ramfs_get_page(struct file *f, uint64_t index, bool create, paddr_t *frame);

/* What the seals of a memfd say to a change of the size, or to a write. 0 or −EPERM. */
int ramfs_check_seals(const struct inode *inode, uint64_t old_size, uint64_t new_size, bool write);

#endif
