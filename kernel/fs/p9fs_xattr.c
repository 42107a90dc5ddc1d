/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes of files of the host, by 9P: QEMU's server has user.* and system.posix_acl_*,
 * and passes on what the host says. No state of its own.
 */
#include "p9fs.h"

#include <linux/errno.h>

ssize_t p9_get_attribute(struct inode *inode, const char *name, void *value, size_t size)
{
    struct p9_fid *path = p9_path(p9_inode(inode));
    ssize_t n = p9_get_xattr(path, name, value, size);
    p9_fid_put(path);
    return n;
}

ssize_t p9_list_attributes(struct inode *inode, char *list, size_t size)
{
    return p9_get_attribute(inode, "", list, size);
}

/* A value of size 0 cannot be set. Linux's client removes the attribute then. */
int p9_set_attribute(struct inode *inode, const char *name, const void *value, size_t size,
                     int flags)
{
    if (value != NULL && size == 0)
        return -EOPNOTSUPP;
    struct p9_fid *path = p9_path(p9_inode(inode));
    int err = p9_set_xattr(path, name, value, size, flags);
    p9_fid_put(path);
    p9_out_of_date(inode);
    return err;
}
