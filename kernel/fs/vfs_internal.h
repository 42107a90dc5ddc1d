/* SPDX-License-Identifier: BSD-3-Clause */
/* Declarations about the file tree that the files of kernel/fs share. */
#ifndef FS_VFS_INTERNAL_H
#define FS_VFS_INTERNAL_H

#include <hermit/vfs.h>

#define TMPFS_MAGIC 0x01021994

extern struct dentry *vfs_root; /* constant once the tree is built */

/* File systems: each function creates its super block; NULL: no memory. */
struct super_block *ramfs_create(const char *type);
struct super_block *devfs_create(void);
struct super_block *procfs_create(void);
struct super_block *sysfs_create(void);

/* ramfs.c: operations of its open files; devices and FIFOs get others when they are opened. */
extern const struct file_ops ramfs_file_ops;
extern const struct file_ops dir_file_ops;
/* dir_file.c: "." and "..", whose positions are 0 and 1, if f->pos is there. False: the sink is
 * full. vfs_lock. */
bool dir_emit_dots(struct file *f, struct dir_sink *sink);
/* NULL: no memory, or the file system has no more inodes. */
struct inode *ramfs_inode(struct super_block *sb, uint32_t mode, uint64_t rdev, const char *target);
int ramfs_make(struct inode *dir, const struct new_file *file, struct found *found);
/* If `dir` has the set-group-ID bit: gives a new inode its group, and a new folder the bit. */
void vfs_inherit_group(struct inode *inode, const struct inode *dir);

/* xattr.c: inode_ops.list_xattr(), with −EIO for what is no list of names. */
ssize_t xattr_list_by_server(struct inode *inode, char *list, size_t size);

/* shares.c: mounts the folders that the launcher shares, but not the one below the root. */
void shares_mount(void);
/* The file system below the root: of the folder that is shared as "/", connected. NULL: there is
 * none. vfs_lock not held. */
struct super_block *shares_below_root(void);
/* When the process has ended: nothing stays on the host that only it could see. */
void shares_end(void);

/* Opens the driver behind a device number. 0 or −ENXIO. */
int device_open(struct file *f);
int fifo_open(struct file *f);
/* ramfs.c: of files that have no operations before these have given them some. */
extern const struct file_ops none_file_ops;

/* The program's first working folder: the launcher's --cwd. */
const char *vfs_boot_folder(void);

/* A path that begins at the working folder is used. If the launcher would have had that be its own
 * one, but could not, it is told, once. */
void vfs_use_folder(void);

/* test_fs.c, of the debug kernel: a backed file system below /sys/kernel/debug/backed, whose server
 * tests can make slow, let fail, and change. */
void test_fs_mount(void);

/* lost.c: when the process has ended, the launcher is told of the files that the program wrote
 * below this folder; below the root, if it is not in memory. Called once, when the tree is
 * built. */
void lost_files_watch(struct dentry *first_folder);
void lost_files_tell(void);
/* Of a regular file in memory: it is not as the archive, or the kernel, made it. */
bool lost_file_is_changed(struct inode *inode);

/* unpack.c: fills the root from the boot archive;
 * ends the machine with one line if it is broken. */
void unpack_archive(struct dentry *root);

#endif
