/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: files whose contents are generated when they are read.
 *
 * Lock: inode->lock protects the texts of all open files of an inode.
 */
#include "file_internal.h"

#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "vfs_internal.h"

static bool text_reserve(struct text *t, size_t more)
{
    if (t->error != 0)
        return false;
    if (t->length + more <= t->capacity)
        return true;
    size_t capacity = MAX(t->capacity * 2, t->length + more + 512);
    char *data = krealloc(t->data, capacity);
    if (data == NULL) {
        t->error = -ENOMEM;
        return false;
    }
    t->data = data;
    t->capacity = capacity;
    return true;
}

void text_add(struct text *t, const void *bytes, size_t n)
{
    if (!text_reserve(t, n))
        return;
    memcpy(t->data + t->length, bytes, n);
    t->length += n;
}

void text_printf(struct text *t, const char *fmt, ...)
{
    char line[256];
    cond_resched(); /* a text may have many lines */
    __builtin_va_list ap;
    __builtin_va_start(ap, fmt);
    int n = kvsnprintf(line, sizeof(line), fmt, ap);
    __builtin_va_end(ap);
    if (n >= (int)sizeof(line)) {
        if (!text_reserve(t, (size_t)n + 1))
            return;
        __builtin_va_start(ap, fmt);
        kvsnprintf(t->data + t->length, (size_t)n + 1, fmt, ap);
        __builtin_va_end(ap);
        t->length += (size_t)n;
        return;
    }
    text_add(t, line, (size_t)n);
}

struct made_private { /* inode->private; freed with the inode */
    made_show show;
    made_store store;
    uint64_t value;
};

static int made_open(struct file *f)
{
    f->private = kzalloc(sizeof(struct text));
    return f->private == NULL ? -ENOMEM : 0;
}

static ssize_t made_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    struct made_private *made = f->inode->private;
    struct text *t = f->private;
    ssize_t n = 0;
    mutex_lock(&f->inode->lock);
    if (*pos == 0 || t->data == NULL) {
        t->length = 0;
        t->error = 0;
        made->show(t, made->value);
    }
    if (t->error != 0) {
        n = t->error;
    } else if (*pos < t->length && io->left > 0) {
        size_t want = MIN(io->left, t->length - *pos);
        n = (ssize_t)io_copy_to(io, t->data + *pos, want);
        *pos += (uint64_t)n;
        if (n == 0)
            n = -EFAULT;
    }
    mutex_unlock(&f->inode->lock);
    return n;
}

/* Passes the data of one write to store() at once; of a long write only the beginning. */
static ssize_t made_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    const struct made_private *made = f->inode->private;
    char bytes[128];
    size_t all = io->left, n = MIN(all, sizeof(bytes));
    (void)pos;
    if (made->store == NULL)
        return -EINVAL;
    if (io_copy_from(io, bytes, n) < n)
        return -EFAULT;
    io->left = 0;
    int err = made->store(bytes, n, made->value);
    return err != 0 ? err : (ssize_t)all;
}

static void made_release(struct file *f)
{
    struct text *t = f->private;
    if (t != NULL)
        kfree(t->data);
    kfree(t);
    vfs_file_release(f);
}

static const struct file_ops made_file_ops = {.read = made_read,
                                              .write = made_write,
                                              .seek = file_seek_endless,
                                              .release = made_release,
                                              .flush = locks_flush};

static void made_evict(struct inode *inode)
{
    kfree(inode->private);
}

static int sized_getattr(struct inode *inode, struct statx *st)
{
    const struct made_private *made = inode->private;
    if (st == NULL)
        return 0;
    inode_fill_stat(inode, st);
    struct text t = {0};
    made->show(&t, made->value);
    kfree(t.data);
    st->stx_size = t.length;
    return t.error;
}

static const struct inode_ops made_inode_ops = {.open = made_open, .evict = made_evict};
static const struct inode_ops sized_inode_ops = {
    .open = made_open, .evict = made_evict, .getattr = sized_getattr};

struct inode *made_inode(struct super_block *sb, const struct made_file *file, uint64_t value)
{
    struct inode *inode = inode_alloc(sb, S_IFREG | file->mode);
    struct made_private *made = kmalloc(sizeof(*made));
    if (inode == NULL || made == NULL) {
        kfree(inode);
        kfree(made);
        return NULL;
    }
    *made = (struct made_private){file->show, file->store, value};
    inode->private = made;
    inode->ops = &made_inode_ops;
    inode->fops = &made_file_ops;
    return inode;
}

bool made_add(struct dentry *dir, const struct made_file *file, uint64_t value)
{
    return dentry_add(dir, file->name, made_inode(dir->inode->sb, file, value)) != NULL;
}

bool made_add_sized(struct dentry *dir, const struct made_file *file, uint64_t value)
{
    struct inode *inode = made_inode(dir->inode->sb, file, value);
    if (inode != NULL)
        inode->ops = &sized_inode_ops;
    return dentry_add(dir, file->name, inode) != NULL;
}

struct dentry *made_directory(struct dentry *dir, const char *name)
{
    cond_resched(); /* a tree may have many folders */
    struct inode *inode = ramfs_inode(dir->inode->sb, S_IFDIR | 0555, 0, NULL);
    return dentry_add(dir, name, inode);
}

struct dentry *made_directory_with(struct dentry *dir, const char *name,
                                   const struct inode_ops *ops)
{
    struct inode *inode = inode_alloc(dir->inode->sb, S_IFDIR | 0555);
    if (inode == NULL)
        return NULL;
    inode->ops = ops;
    inode->fops = &dir_file_ops;
    return dentry_add(dir, name, inode);
}

bool made_add_files(struct dentry *dir, const struct made_file *files, uint64_t value)
{
    for (; files->name != NULL; files++)
        if (!made_add(dir, files, value))
            return false;
    return true;
}

bool made_link(struct dentry *dir, const char *name, const char *target)
{
    struct inode *inode = ramfs_inode(dir->inode->sb, S_IFLNK | 0777, 0, target);
    return dentry_add(dir, name, inode) != NULL;
}

int made_number(const char *bytes, size_t n, unsigned long *number)
{
    unsigned long size = 0;
    size_t i = 0, first;
    while (i < n && bytes[i] == ' ')
        i++;
    for (first = i; i < n && bytes[i] >= '0' && bytes[i] <= '9' && size <= UINT32_MAX; i++)
        size = size * 10 + (unsigned long)(bytes[i] - '0');
    if (i == first || (i < n && bytes[i] != '\n' && bytes[i] != ' ' && bytes[i] != '\0'))
        return -EINVAL;
    *number = size;
    return 0;
}
