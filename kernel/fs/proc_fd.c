/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /proc/<pid>/fd, links to open files, created on look-up. No locks. Code that
 * runs under vfs_lock takes no reference of a file: dropping it might be the last
 * put, whose release takes locks that are outside vfs_lock, or vfs_lock itself.
 */
#include <hermit/fd_table.h>
#include <hermit/panic.h>
#include <hermit/pipe.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "console_file.h"
#include "proc.h"

static ssize_t describe(struct file *f, char *buf, size_t size)
{
    struct statx st;
    if (f->dentry != NULL)
        return dentry_path(f->dentry, buf, size);
    if (f->ops->name != NULL)
        return ksnprintf(buf, size, "anon_inode:%s", f->ops->name);
    if (f->ops->stat == NULL || f->ops->stat(f, &st) != 0)
        return ksnprintf(buf, size, "anon_inode:[file]");
    if (S_ISCHR(st.stx_mode))
        return ksnprintf(buf, size, "/dev/tty");
    return ksnprintf(buf, size, "%s:[%llu]", S_ISSOCK(st.stx_mode) ? "socket" : "pipe", st.stx_ino);
}

static ssize_t fd_text(struct inode *inode, char *buf, size_t size)
{
    struct file *f = fd_get_raw((int)inode->value);
    if (f == NULL)
        return -ENOENT;
    ssize_t n = describe(f, buf, size);
    file_put(f);
    return n;
}

static struct dentry *fd_follow(struct inode *inode)
{
    return fd_get_dentry((int)inode->value);
}

static struct file *fd_file(struct inode *inode)
{
    return fd_get_raw((int)inode->value);
}

static int fd_open(struct inode *inode, unsigned flags, struct file **file)
{
    struct file *f = fd_get_raw((int)inode->value);
    if (f == NULL)
        return -ENOENT;
    int err = -ENXIO;
    if (f->ops == &console_file_ops)
        err = console_open((unsigned)(uintptr_t)f->private, flags, file);
    else
        err = pipe_reopen(f, flags, file);
    file_put(f);
    return err;
}

static const struct inode_ops fd_link_ops = {
    .readlink = fd_text, .follow = fd_follow, .open_link = fd_open, .linked_file = fd_file};

static int fds_lookup(struct inode *dir, const struct name *name, struct inode *known,
                      struct found *found)
{
    long fd = proc_parse_number(name->text, name->length);
    (void)known;
    if (fd < 0 || fd_get_cloexec((int)fd) < 0)
        return 0;
    found->transient = true;
    found->inode = proc_link_inode(dir->sb, &fd_link_ops, (uint64_t)fd);
    return found->inode != NULL ? 0 : -ENOMEM;
}

static int fds_iterate(struct file *f, struct dir_sink *sink)
{
    if (f->pos - 2 >= FD_MAX)
        return 0;
    for (int fd = fd_next((int)(f->pos - 2)); fd >= 0; fd = fd_next(fd + 1)) {
        char name[12];
        size_t n = (size_t)ksnprintf(name, sizeof(name), "%d", fd);
        uint64_t pos = (uint64_t)fd + 3;
        if (!sink->emit(sink, name, n, f->inode->ino + (uint64_t)fd + 1, S_IFLNK >> 12, pos))
            break;
        f->pos = pos;
    }
    return 0;
}

const struct inode_ops proc_fds_ops = {.lookup = fds_lookup, .iterate = fds_iterate};
