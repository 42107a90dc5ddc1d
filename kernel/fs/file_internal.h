/* SPDX-License-Identifier: BSD-3-Clause */
/* Declarations about struct file that the files of kernel/fs share. */
#ifndef FS_FILE_INTERNAL_H
#define FS_FILE_INTERNAL_H

#include <hermit/file.h>
#include <linux/errno.h>
#include <linux/fs.h>

/* Makes static memory an open file with one reference. The last file_put() frees it for reuse. */
void file_prepare(struct file *f, const struct file_ops *ops, unsigned flags);

/* struct file_ops.stat of files with an anonymous inode. */
int file_stat_anonymous(struct file *f, struct statx *st);

/* Last step of struct file_ops.seek: to `base` + `offset`. */
static inline off_t file_seek_from(struct file *f, off_t base, off_t offset)
{
    if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
        return -EINVAL;
    f->pos = (uint64_t)offset;
    return offset;
}

/* struct file_ops.seek of files without an end: SEEK_SET and SEEK_CUR alone. */
static inline off_t file_seek_endless(struct file *f, off_t offset, int whence)
{
    if (whence != SEEK_CUR && whence != SEEK_SET)
        return -EINVAL;
    return file_seek_from(f, whence == SEEK_CUR ? (off_t)f->pos : 0, offset);
}

#endif
