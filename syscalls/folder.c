/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: chdir(2), fchdir(2), getcwd(2), statfs(2), fstatfs(2). No locks of its own. */
#include "syscall.h"
#include <asm/statfs.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "handlers.h"
#include "path.h"

long sys_chdir(const char __user *path)
{
    struct dentry *d;
    int err = path_lookup(AT_FDCWD, path, WALK_DIRECTORY, &d);
    if (err != 0)
        return err;
    vfs_set_cwd(d);
    dentry_put(d);
    return 0;
}

long sys_fchdir(int fd)
{
    struct file *f = fd_get_raw(fd);
    if (f == NULL)
        return -EBADF;
    int err = f->dentry != NULL && inode_is_dir(f->dentry->inode) ? 0 : -ENOTDIR;
    if (err == 0)
        vfs_set_cwd(f->dentry);
    file_put(f);
    return err;
}

long sys_getcwd(char __user *user, unsigned long size)
{
    char *buf = kmalloc_for(PATH_MAX, FRAME_FAULT);
    if (buf == NULL)
        return -ENOMEM;
    struct dentry *d = vfs_cwd();
    ssize_t n = d->linked ? dentry_path(d, buf, PATH_MAX) : -ENOENT;
    dentry_put(d);
    if (n >= 0) {
        n++; /* the NUL */
        if ((size_t)n > size)
            n = -ERANGE;
        else if (copy_to_user(user, buf, (size_t)n) != 0)
            n = -EFAULT;
    }
    kfree(buf);
    return n;
}

static long put_statfs(struct super_block *sb, struct statfs __user *user)
{
    struct statfs st;
    memset(&st, 0, sizeof(st));
    st.f_type = (long)sb->magic;
    st.f_bsize = PAGE_SIZE;
    st.f_frsize = PAGE_SIZE;
    st.f_namelen = NAME_MAX;
    st.f_flags = 0x0020; /* ST_VALID */
    st.f_fsid.val[0] = (int)sb->dev;
    if (sb->max_pages != 0) { /* without a limit all zeros, as tmpfs */
        st.f_blocks = (long)sb->max_pages;
        st.f_bfree = st.f_bavail = (long)(sb->max_pages - load_relaxed(&sb->used_pages));
    }
    if (sb->max_inodes != 0) {
        st.f_files = (long)sb->max_inodes;
        st.f_ffree = (long)(sb->max_inodes - load_relaxed(&sb->used_inodes));
    }
    int err = sb->ops != NULL && sb->ops->statfs != NULL ? sb->ops->statfs(sb, &st) : 0;
    return err != 0 ? err : copy_to_user(user, &st, sizeof(st));
}

static long statfs_inode(struct inode *inode, void *user)
{
    return put_statfs(inode->sb, *(struct statfs __user **)user);
}

long sys_statfs(const char __user *path, struct statfs __user *st)
{
    return path_call(AT_FDCWD, path, 0, statfs_inode, &st);
}

long sys_fstatfs(int fd, struct statfs __user *st)
{
    static struct super_block pipes = {.magic = 0x50495045, .dev = 14, .create_error = -1};
    struct file *f = fd_get_raw(fd);
    if (f == NULL)
        return -EBADF;
    long result = put_statfs(f->inode != NULL ? f->inode->sb : &pipes, st);
    file_put(f);
    return result;
}
