/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Folders of the host by 9P, for the files p9fs*.c.
 *
 * The server names files by paths: a fid is a path, and follows only the renames that this client
 * asks for. So each inode keeps one fid for its path, and others, which mean the file itself, while
 * it is open. What must go on working when an open file loses its name gets a hidden name instead
 * (p9fs_names.c).
 */
#ifndef FS_P9FS_H
#define FS_P9FS_H

#include <hermit/boot_abi.h>
#include <hermit/p9.h>
#include <hermit/vfs.h>

#include "host_file.h"

/* Of the host's folder that a program sees. Constant once it is connected, but `nr_hidden`. */
struct p9_share {
    struct p9_client *client;
    struct p9_fid *root;
    struct super_block *sb;
    uint64_t valid_ns;  /* how long names and attributes are trusted */
    uint32_t uid, gid;  /* the launcher's: user and group 0 inside, if it is not root itself */
    uint64_t hidden_id; /* part of all hidden names */
    _Atomic uint64_t nr_hidden;
    _Atomic uint32_t moves; /* names that this program began to move, and that it has moved */
};

/* Where a file is that has no name any more. */
struct p9_hidden {
    struct list link; /* of all of them, for the end of the process */
    struct p9_fid *dir;
    char name[40];
};

#define P9_FOUND_NAME_MAX 23

struct p9_inode {
    struct inode inode; /* the first member */
    struct p9_share *share;
    struct host_file file;   /* its lock protects the next ones, up to `hidden` */
    struct p9_fid *path;     /* never opened; the last path by which the file was found … */
    struct p9_fid *found_in; /* … the folder's path of then, if the name was short; else NULL … */
    uint8_t found_length;    /* … and the name there */
    char found_as[P9_FOUND_NAME_MAX];
    struct p9_hidden *hidden; /* NULL: it has none */
    _Atomic uint64_t asked;   /* when the server was asked for the attributes, ns; 0: out of date */
    _Atomic uint64_t blocks;  /* of 512 bytes, as of then */
    _Atomic bool gone;        /* the last name was removed: the server knows no path to it */
};

static inline struct p9_inode *p9_inode(const struct inode *inode)
{
    return container_of(inode, struct p9_inode, inode);
}

/* What the server said is not to be used any more. */
static inline void p9_out_of_date(struct inode *inode)
{
    store_relaxed(&p9_inode(inode)->asked, 0);
}

/* The fid of the file's path, with a reference. */
struct p9_fid *p9_path(struct p9_inode *pi);
/* Replaces it, and takes over the reference. */
void p9_set_path(struct p9_inode *pi, struct p9_fid *fid);
/* Before this program gives a file another name: paths that are found meanwhile may change. */
static inline void p9_begin_move(struct p9_share *share)
{
    add_relaxed(&share->moves, 1); /* ordered with the paths by file.lock */
}
/* After it: if the file's path was the old name, it is the new one now; NULL: it is not known. */
void p9_note_moved(struct p9_inode *pi, const struct p9_fid *from, const struct name *old,
                   struct p9_fid *to, const struct name *new);

/* p9fs.c. The inode of a name in the folder with the path `in`. The attributes are the server's of
 * now. 0 or −errno. */
int p9_walk_to(struct p9_share *share, struct p9_fid *in, const struct name *name,
               struct inode **inode);

/* p9fs_names.c */
int p9_make(struct inode *dir, const struct new_file *file, struct found *found);
int p9_link_name(struct inode *dir, const struct name *name, struct inode *inode);
int p9_remove(struct inode *dir, const struct name *name, struct inode *inode);
int p9_rename(const struct renaming *r);
/* The file is not open any more: removes its hidden name. */
void p9_hidden_remove(struct p9_inode *pi);
/* When the process has ended: removes all hidden names. */
void p9_hidden_remove_all(void);
/* True for names of files that this program has deleted and still has open. */
bool p9_name_is_hidden(const struct p9_share *share, const char *name, size_t length);

/* p9fs_file.c. Regular files. */
extern const struct host_ops p9_host_ops;
int p9_open_file(struct file *f);
void p9_close_file(struct file *f);
ssize_t p9_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos);
ssize_t p9_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos);
ssize_t p9_append_data(struct inode *inode, struct io_cursor *io);
int p9_sync_data(struct inode *inode, bool data_only);

/* p9fs_xattr.c */
ssize_t p9_get_attribute(struct inode *inode, const char *name, void *value, size_t size);
ssize_t p9_list_attributes(struct inode *inode, char *list, size_t size);
int p9_set_attribute(struct inode *inode, const char *name, const void *value, size_t size,
                     int flags);

/* p9fs_dir.c */
int p9_open_dir(struct file *f);
void p9_close_dir(struct file *f);
int p9_iterate(struct file *f, struct dir_sink *sink);
int p9_sync_dir(struct file *f, bool data_only);

struct p9_settings {
    uint64_t valid_ns; /* how long names and attributes are trusted; VALID_FOR_EVER */
    uint32_t uid, gid; /* the launcher's */
};
/* The file system of a share, to be mounted; it has no server yet. NULL: no memory. */
struct super_block *p9fs_create(const char *source, const struct p9_settings *settings);
/* Gives it one, by the fid of its root, of which it takes over a reference on success. Called once
 * at a time. 0 or −errno: the server's. */
int p9fs_attach(struct super_block *sb, struct p9_client *client, struct p9_fid *root,
                const struct p9_qid *qid);
#endif
