/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of kernel/fs tell each other about struct file. */
#ifndef FS_FILE_INTERNAL_H
#define FS_FILE_INTERNAL_H

#include <hermit/file.h>

/* Makes static memory an open file with one reference; file_put() may hand it to others later. */
void file_prepare(struct file *f, const struct file_ops *ops, unsigned flags);

/* struct file_ops.stat of files with an anonymous inode. */
int file_stat_anonymous(struct file *f, struct statx *st);

/* Takes a reference unless there is none left. */
static inline bool file_try_get(struct file *f)
{
    unsigned refs = atomic_load_explicit(&f->refs, memory_order_relaxed);
    while (likely(refs != 0))
        if (likely(atomic_compare_exchange_weak_explicit(
                &f->refs, &refs, refs + 1, memory_order_acquire, memory_order_relaxed)))
            return true; /* pairs: file_prepare */
    return false;
}

#endif
