/* SPDX-License-Identifier: BSD-3-Clause */
/* Declarations that the files of /proc share. */
#ifndef FS_PROC_H
#define FS_PROC_H

#include <hermit/made_file.h>

#include "vfs_internal.h"

/* proc_system.c: system-wide files; ends with a NULL name. */
extern const struct made_file proc_system_files[];
bool proc_add_sys(struct dentry *root); /* /proc/sys */
void proc_show_mounts(struct text *t, uint64_t value);

/* proc_self.c: /proc/<pid>. */
extern const struct inode_ops proc_self_ops;

/* proc_task.c: /proc/<pid>/task and the files of its folders. */
extern const struct inode_ops proc_tasks_ops;
void proc_show_stat(struct text *t, uint64_t tid);
void proc_show_status(struct text *t, uint64_t tid);
void proc_show_comm(struct text *t, uint64_t tid);
int proc_store_comm(const char *bytes, size_t n, uint64_t tid);

/* proc_exe.c: /proc/<pid>/exe. proc_exe_init() sets the image's path, which maps shows too; called
 * once. */
extern const struct inode_ops proc_exe_ops;
void proc_exe_init(void);

/* proc_fd.c: /proc/<pid>/fd. */
extern const struct inode_ops proc_fds_ops;

/* A link with operations of its own. */
bool proc_add_link(struct dentry *dir, const char *name, const struct inode_ops *ops);
struct inode *proc_link_inode(struct super_block *sb, const struct inode_ops *ops, uint64_t value);

/* The decimal number that is the whole name; −1: not a number. */
long proc_parse_number(const char *name, size_t length);

#endif
