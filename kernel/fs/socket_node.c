/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: names of sockets in the file tree: inodes of that type, which cannot be opened. */
#include <hermit/atomic.h>
#include <hermit/socket_node.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "change.h"

static int make_once(const char *path, unsigned walk_flags, struct dentry **node)
{
    struct walk w;
    int err = change_begin(AT_FDCWD, path, walk_flags, &w);
    if (err != 0)
        return err;
    err = change_may_create(&w, false);
    if (err == 0)
        err = change_make(&w, S_IFSOCK | (0777 & ~load_relaxed(&vfs_umask)), 0, NULL);
    if (err == 0) {
        *node = w.dentry; /* with the walk's reference */
        w.dentry = NULL;
    }
    change_end(&w);
    return err;
}

int vfs_make_socket(const char *path, struct dentry **node)
{
    struct tries tries = {0};
    int err;
    do
        err = make_once(path, tries.flags, node);
    while (change_again(err, &tries));
    return err;
}

int vfs_find_socket(const char *path, struct dentry **node)
{
    int err = vfs_lookup(AT_FDCWD, path, 0, node);
    if (err == 0 && inode_type((*node)->inode) != S_IFSOCK) {
        dentry_put(*node);
        err = -ECONNREFUSED;
    }
    return err;
}
