/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory file system: pages of a file. A page that was never written is a hole,
 * or lies in the boot archive (inode->source) and is copied only when it is written
 * or mapped.
 *
 * A file system has a size: whoever wants a page pays for it first (super->used_pages),
 * so that −ENOSPC comes before anything has changed. Pages of the archive are free
 * until they are copied.
 */
#ifndef FS_RAMFS_H
#define FS_RAMFS_H

#include <hermit/vfs.h>

/* The page at `index` with a reference, or PAGE_TREE_NONE. */
paddr_t ramfs_page(struct inode *inode, uint64_t index);

/* Bytes of the archive from `pos` on that still count; 0: none. */
size_t ramfs_source(const struct inode *inode, uint64_t pos, const char **bytes);

/* A frame, paid for, for a page that does not exist: with its contents (fill), or undefined. 0,
 * −ENOSPC: the file system is full, −ENOMEM. */
int ramfs_new_page(struct inode *inode, uint64_t index, bool fill, unsigned flags, paddr_t *frame);
/* Gives a frame back that nobody has seen, and what was paid for it. */
void ramfs_free_page(struct inode *inode, paddr_t frame);

/* Puts *frame in, unless another thread was faster; *frame is the page, with a reference, then. 0,
 * or −ENOMEM: the frame is gone. inode->lock. */
int ramfs_insert(struct inode *inode, uint64_t index, paddr_t *frame);

/* inode->lock for these. 0, −ENOSPC, or −EINTR: a signal came; then nothing has changed. */
int ramfs_reserve(struct inode *inode, uint64_t from, uint64_t to); /* pages where holes are */
/* Makes [from, to) zero and frees its whole pages. 0 or −ENOSPC. */
int ramfs_punch(struct inode *inode, uint64_t from, uint64_t to);
void ramfs_shrink(struct inode *inode, uint64_t size); /* size ≤ inode->size */

/* The inode is going. */
void ramfs_drop_pages(struct inode *inode);

int ramfs_get_page(struct file *f, uint64_t index, bool create, paddr_t *frame);

/* Pays for an inode, or for a further name of one. False: there are enough. */
bool ramfs_charge_inode(struct super_block *sb);
void ramfs_uncharge_inode(struct super_block *sb);

/* What the seals of a memfd say to a change of the size, or to a write. 0 or −EPERM. */
int ramfs_check_seals(const struct inode *inode, uint64_t old_size, uint64_t new_size, bool write);

#endif
