/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps shared by the calls that change names. */
#ifndef FS_CHANGE_H
#define FS_CHANGE_H

#include <hermit/vfs.h>
#include <linux/errno.h>

#define STALE_TRIES 20 /* more than by chance */

/* The tries of one call. */
struct tries {
    unsigned nr;
    unsigned flags; /* of its walks; none at first */
};

/* Whether a call with that result begins again: after −ESTALE, since names have changed since they
 * were looked up, here or at the server, which is asked for all of them then. */
static inline bool change_again(int err, struct tries *tries)
{
    tries->flags = WALK_ANEW;
    return unlikely(err == -ESTALE) && ++tries->nr < STALE_TRIES;
}

/* Takes vfs_lock for writing and walks to the last name; on an error nothing is held. */
int change_begin(int dirfd, const char *path, unsigned walk_flags, struct walk *w);
void change_end(struct walk *w);

/* backed.c: the same changes at a server. vfs_lock is held for writing before and after, but not
 * meanwhile: what the walk found may have changed, so the server has the last word. 0 or −errno. */

/* Makes a file and sets w->dentry. */
int backed_make(struct walk *w, uint32_t mode, uint64_t rdev, const char *target);
int backed_remove(struct walk *w);
int backed_link(struct walk *w, struct inode *inode);
int backed_rename(struct walk *from, struct walk *to, unsigned flags);

/* Unlinks d from its directory and links it as `name`, kmalloc, in dir; takes over `name`. */
void change_move_name(struct dentry *d, struct dentry *dir, char *name, size_t length);
/* A copy for it; NULL: no memory. */
char *change_copy_name(const char *name, size_t length);

/* 0 if a file can be created where the walk ended; else −errno. */
int change_may_create(const struct walk *w, bool directory);

/* Makes a file where the walk ended and sets w->dentry. 0 or −errno. */
int change_make(struct walk *w, uint32_t mode, uint64_t rdev, const char *target);

/* Removes a name and its link count; vfs_lock. The caller holds a reference. */
void change_drop(struct dentry *d);

/* 0 or −ENOTEMPTY. */
int change_check_empty(struct dentry *dir);

#endif
