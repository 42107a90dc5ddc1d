/* SPDX-License-Identifier: BSD-3-Clause */
/* Declarations about struct file that the files of kernel/fs share. */
#ifndef FS_FILE_INTERNAL_H
#define FS_FILE_INTERNAL_H

#include <hermit/file.h>

/* Makes static memory an open file with one reference. The last file_put() frees it for reuse. */
void file_prepare(struct file *f, const struct file_ops *ops, unsigned flags);

/* struct file_ops.stat of files with an anonymous inode. */
int file_stat_anonymous(struct file *f, struct statx *st);

#endif
