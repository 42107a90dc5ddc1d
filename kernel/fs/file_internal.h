/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of kernel/fs tell each other about struct file. */
#ifndef FS_FILE_INTERNAL_H
#define FS_FILE_INTERNAL_H

#include <hermit/file.h>

/* Makes static memory an open file with one reference; file_put() may hand it to others later. */
void file_prepare(struct file *f, const struct file_ops *ops, unsigned flags);

/* struct file_ops.stat of files with an anonymous inode. */
int file_stat_anonymous(struct file *f, struct statx *st);

#endif
