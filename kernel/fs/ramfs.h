/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory file system: pages of a file. A page that was never written is a hole,
 * or lies in the boot archive (inode->source) and is copied only when it is written
 * or mapped.
 *
 * A file system has a size: each page is charged (super->used_pages) before it is
 * allocated, so that −ENOSPC comes before anything has changed. Pages of the archive
 * are not charged until they are copied.
 */
#ifndef FS_RAMFS_H
#define FS_RAMFS_H

#include <hermit/vfs.h>

/* The page at `index` with a reference, or PAGE_TREE_NONE. */
paddr_t ramfs_page(struct inode *inode, uint64_t index);

/* Bytes of the archive from `pos` on that are still the file's contents; 0: none. */
size_t ramfs_source(const struct inode *inode, uint64_t pos, const char **bytes);

/* A charged frame for a page that does not exist yet: with its contents (fill), or undefined. 0,
 * −ENOSPC: the file system is full, −ENOMEM. */
int ramfs_new_page(struct inode *inode, uint64_t index, bool fill, unsigned flags, paddr_t *frame);
/* Frees a frame that was never in the page tree, and uncharges it. */
void ramfs_free_page(struct inode *inode, paddr_t frame);

/* Inserts *frame unless another thread has inserted a page; sets *frame to the page in the tree,
 * with a reference. 0, or −ENOMEM: the frame has been freed. inode->lock. */
int ramfs_insert(struct inode *inode, uint64_t index, paddr_t *frame);

/* inode->lock for these three. Fills holes with pages. 0, −ENOSPC, or −EINTR (a signal came); after
 * an error nothing has changed. */
int ramfs_reserve(struct inode *inode, uint64_t from, uint64_t to);
/* Makes [from, to) zero and frees its whole pages. 0 or −ENOSPC. */
int ramfs_punch(struct inode *inode, uint64_t from, uint64_t to);
void ramfs_shrink(struct inode *inode, uint64_t size); /* size ≤ inode->size */

/* truncate(2). Takes inode->lock. */
int ramfs_truncate(struct inode *inode, uint64_t size);
/* Gives a new symbolic link its target. 0 or −ENOMEM. */
int ramfs_copy_target(struct inode *inode, const char *target);

/* Removes all pages. At the inode's eviction, or under inode->lock. */
void ramfs_drop_pages(struct inode *inode);

int ramfs_get_page(struct file *f, uint64_t index, bool write, paddr_t *frame);

/* Charges an inode, or another name of one. False: the file system's limit is reached. */
bool ramfs_charge_inode(struct super_block *sb);
void ramfs_uncharge_inode(struct super_block *sb);

/* The same for pages that hold something else than data; all or none. */
bool ramfs_charge_pages(struct super_block *sb, uint64_t n);
void ramfs_uncharge_pages(struct super_block *sb, uint64_t n);

/* 0 if the seals of a memfd allow a change of the size, or a write; else −EPERM. */
int ramfs_check_seals(const struct inode *inode, uint64_t old_size, uint64_t new_size, bool write);

#endif
