/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of sockets in the file tree. Paths are kernel strings. Take vfs_lock. */
#ifndef HERMIT_SOCKET_NODE_H
#define HERMIT_SOCKET_NODE_H

#include <hermit/vfs.h>

/* Makes a node. 0 and its dentry, with a reference; −EEXIST and errors of a walk. */
int vfs_make_socket(const char *path, struct dentry **node);

/* 0 and the node's dentry, with a reference; −ECONNREFUSED: no socket's; errors of a walk. */
int vfs_find_socket(const char *path, struct dentry **node);

#endif
