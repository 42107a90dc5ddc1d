/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps shared by the calls that change names. */
#ifndef FS_CHANGE_H
#define FS_CHANGE_H

#include <hermit/vfs.h>

/* Takes vfs_lock for writing and walks to the last name; on an error nothing is held. */
int change_begin(int dirfd, const char *path, struct walk *w);
void change_end(struct walk *w);

/* 0 if a file can be created where the walk ended; else −errno. */
int change_may_create(const struct walk *w, bool directory);

/* Removes a name and its link count; vfs_lock. The caller holds a reference. */
void change_drop(struct dentry *d);

/* 0 or −ENOTEMPTY. */
int change_check_empty(struct dentry *dir);

#endif
