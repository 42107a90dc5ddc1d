/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: changes of attributes: permissions, owners, times. Those of a file system in memory are
 * atomic fields of the inode; a server is asked first, under inode->lock, so that inode and server
 * see two changes in one order.
 */
#include <hermit/atomic.h>
#include <hermit/vfs.h>

static void apply(struct inode *inode, const struct attr_change *c)
{
    if (c->valid & ATTR_MODE)
        store_relaxed(&inode->mode, inode_type(inode) | c->mode);
    if (c->valid & ATTR_UID)
        store_relaxed(&inode->uid, c->uid);
    if (c->valid & ATTR_GID)
        store_relaxed(&inode->gid, c->gid);
    if (c->valid & ATTR_ATIME)
        store_relaxed(&inode->atime, c->atime);
    if (c->valid & ATTR_MTIME)
        store_relaxed(&inode->mtime, c->mtime);
    inode_touch_changed(inode);
}

int vfs_setattr(struct inode *inode, const struct attr_change *change)
{
    if (inode->ops == NULL || inode->ops->setattr == NULL) {
        apply(inode, change);
        return 0;
    }
    mutex_lock(&inode->lock);
    int err = inode->ops->setattr(inode, change);
    if (err == 0)
        apply(inode, change);
    mutex_unlock(&inode->lock);
    return err;
}
