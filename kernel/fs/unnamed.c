/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: files without a name in any directory: O_TMPFILE and memfd_create(2). */
#include <hermit/panic.h>
#include <hermit/string.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "vfs_internal.h"

/* Opens a new inode under a name that no directory holds. Takes the inode over. */
static int open_new(struct dentry *parent, const char *name, struct inode *inode, unsigned flags,
                    struct file **file)
{
    struct dentry *d = dentry_alloc(parent, name, strlen(name), inode);
    if (d == NULL) {
        inode_put(inode);
        return -ENOMEM;
    }
    int err = vfs_open_dentry(d, flags, TIME_FOREVER, file);
    dentry_put(d);
    return err;
}

int vfs_open_unnamed(struct dentry *dir, uint32_t mode, unsigned flags, struct file **file)
{
    char name[24];
    struct super_block *sb = dir->inode->sb;
    if (sb->backed && (sb->ops == NULL || sb->ops->make_unnamed == NULL))
        return -EOPNOTSUPP;
    struct inode *inode =
        sb->backed ? sb->ops->make_unnamed(sb, mode) : ramfs_inode(sb, mode, 0, NULL);
    if (inode == NULL)
        return -ENOSPC;
    vfs_inherit_group(inode, dir->inode);
    store_relaxed(&inode->nlink, 0);
    inode->linkable = !(flags & O_EXCL);
    ksnprintf(name, sizeof(name), "#%lu", inode->ino);
    return open_new(dir, name, inode, flags, file);
}

/* Files of memfd_create(2) belong to no mount: only memory limits them, as on Linux. */
static struct super_block *memory_super(void)
{
    static struct super_block sb = {
        .type = "tmpfs", .source = "tmpfs", .dev = 1, .magic = TMPFS_MAGIC, .keeps_xattrs = true};
    return &sb;
}

int vfs_open_memory(const char *name, bool seals, struct file **file)
{
    vfs_start();
    struct inode *inode = ramfs_inode(memory_super(), S_IFREG | 0777, 0, NULL);
    if (inode == NULL)
        return -ENOMEM;
    store_relaxed(&inode->nlink, 0);
    store_relaxed(&inode->seals, seals ? 0 : F_SEAL_SEAL);
    return open_new(vfs_root, name, inode, O_RDWR | O_LARGEFILE, file);
}

int vfs_magic_file(int dirfd, const char *path, struct file **file)
{
    struct dentry *base;
    struct walk w = {0};
    int err = vfs_base(dirfd, path, false, &base);
    if (err != 0)
        return err;
    *file = NULL;
    rwlock_read_lock(&vfs_lock);
    err = walk_path(base, path, 0, &w);
    rwlock_read_unlock(&vfs_lock);
    if (err == 0 && w.magic != NULL && w.magic->ops->linked_file != NULL)
        *file = w.magic->ops->linked_file(w.magic);
    walk_done(&w);
    dentry_put(base);
    return err != 0 ? err : *file != NULL ? 0 : -ENOENT;
}
