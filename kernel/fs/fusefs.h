/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Folders of the host by virtio-fs, for the files fusefs*.c.
 *
 * The server names files by nodes, which mean the files themselves, whatever names they have or
 * lose. A node holds as long as this side has not forgotten it as often as the server has told of
 * it; inodes count that, and are found by it: inode.ino is the node. The number that programs see
 * is the host's (fuse_inode.host_ino).
 */
#ifndef FS_FUSEFS_H
#define FS_FUSEFS_H

#include <hermit/fuse.h>
#include <hermit/vfs.h>

#include "host_file.h"

/* Of the host's folder that a program sees. Constant once it is connected. */
struct fuse_share {
    struct fuse_client *client;
    struct super_block *sb;
    uint32_t files_max;       /* that the server may have open for this side */
    _Atomic uint32_t in_vain; /* how many it had when no name could be given up; 0: some could */
    _Atomic bool no_syncfs;   /* the server does not know FUSE_SYNCFS */
    _Atomic uint32_t changes; /* answers that made attributes out of date */
    _Atomic uint32_t wanted;  /* files that were listed with their attributes, and then looked at */
};

struct fuse_handle; /* of an open file or folder; referenced */

struct fuse_inode {
    struct inode inode; /* the first member */
    struct fuse_share *share;
    struct fuse_farewell *forget; /* ends the node; NULL: of the root, which never ends */
    _Atomic uint64_t nr_told;     /* how often the server has told of it */
    struct host_file file;
    _Atomic uint64_t asked; /* when the server was asked for the attributes, ns; 0: out of date */
    _Atomic uint64_t valid; /* for how long they may be used from then on, ns */
    _Atomic uint64_t host_ino, blocks; /* as of then; blocks of 512 bytes */
    _Atomic bool looked_into;          /* a folder: it was asked for a name since it was listed */
    _Atomic bool listed; /* a file: it was listed with its attributes, and not looked at yet */
};

static inline struct fuse_inode *fuse_inode(const struct inode *inode)
{
    return container_of(inode, struct fuse_inode, inode);
}

static inline struct fuse_client *fuse_client_of(const struct inode *inode)
{
    return fuse_inode(inode)->share->client;
}

/* What the server said is not to be used any more. */
static inline void fuse_out_of_date(struct inode *inode)
{
    store_relaxed(&fuse_inode(inode)->asked, 0);
    /* Release, pairs with fuse_changes(): what the server says after that knows of the change. */
    atomic_fetch_add_explicit(&fuse_inode(inode)->share->changes, 1, memory_order_release);
}

static inline uint32_t fuse_changes(const struct fuse_share *share)
{
    return atomic_load_explicit(&share->changes, memory_order_acquire); /* pairs: above */
}

/* What the server answers of a name. */
struct fuse_answer {
    struct fuse_entry_out entry;  /* to be asked for between begin and take */
    struct fuse_farewell *forget; /* of the node that it tells of */
    struct inode *known;          /* the inode that is expected; NULL: none … */
    uint32_t stamp;               /* … its inode_stamp() before the question */
    uint64_t asked;               /* when that was, ns */
};
/* fusefs.c. Before the server is asked for what it needs files for: if it has too many open, names
 * that nobody uses are given up, and it has closed their files when this returns. */
void fuse_make_room(struct fuse_share *share);
/* As that, before what cannot be undone. 0, −EMFILE: all that it has open is in use. */
int fuse_need_room(struct fuse_share *share);
/* After an answer. True: the server has too many open after all; names were given up, and it may be
 * asked again. */
bool fuse_out_of_files(struct fuse_share *share, ssize_t answer);

/* Before the question. 0 or −ENOMEM. */
int fuse_answer_begin(struct fuse_share *share, struct inode *known, struct fuse_answer *answer);
/* After it: makes the answer an inode, with a reference (NULL: there is no such name), and takes
 * over the server's. 0 or −errno. */
int fuse_answer_take(struct fuse_share *share, struct fuse_answer *answer, struct found *found);
/* … or there was no answer. */
void fuse_answer_drop(struct fuse_answer *answer);

/* fusefs_names.c */
int fuse_make(struct inode *dir, const struct new_file *file, struct found *found);
int fuse_link_name(struct inode *dir, const struct name *name, struct inode *inode);
int fuse_remove(struct inode *dir, const struct name *name, struct inode *inode);
int fuse_rename(const struct renaming *r);

/* fusefs_file.c. Regular files. */
extern const struct host_ops fuse_host_ops;
/* One to be; `release` ends it: FUSE_RELEASE or FUSE_RELEASEDIR. NULL: no memory. */
struct fuse_handle *fuse_handle_new(struct fuse_client *client, enum fuse_opcode release);
/* The server has opened the file with that node, and calls that `number`. */
void fuse_handle_opened(struct fuse_handle *handle, uint64_t node, uint64_t number);
uint64_t fuse_handle_number(const struct fuse_handle *handle);
void fuse_handle_put(struct fuse_handle *handle); /* also of one that was not opened */
/* FUSE_OPEN or FUSE_OPENDIR. 0 or −errno. */
int fuse_handle_open(struct inode *inode, enum fuse_opcode how, unsigned flags,
                     struct fuse_handle **handle);
/* FUSE_FSYNC or FUSE_FSYNCDIR. 0 or −errno. */
int fuse_handle_sync(struct fuse_handle *handle, enum fuse_opcode how, bool data_only);
int fuse_open_file(struct file *f);
void fuse_close_file(struct file *f);
ssize_t fuse_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos);
ssize_t fuse_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos);
ssize_t fuse_append_data(struct inode *inode, struct io_cursor *io);
int fuse_sync_data(struct inode *inode, bool data_only);
int fuse_allocate(struct inode *inode, int mode, uint64_t offset, uint64_t length);
int fuse_find_data(struct inode *inode, uint64_t offset, int whence, uint64_t *found);

/* fusefs_xattr.c */
ssize_t fuse_get_attribute(struct inode *inode, const char *name, void *value, size_t size);
ssize_t fuse_list_attributes(struct inode *inode, char *list, size_t size);
int fuse_set_attribute(struct inode *inode, const char *name, const void *value, size_t size,
                       int flags);

/* fusefs_dir.c */
int fuse_open_dir(struct file *f);
void fuse_close_dir(struct file *f);
int fuse_iterate(struct file *f, struct dir_sink *sink);
int fuse_sync_dir(struct file *f, bool data_only);

/* The file system of a share, to be mounted; it has no server yet. `data_ns`: as in struct
 * super_block. NULL: no memory. */
struct super_block *fusefs_create(const char *source, uint64_t data_ns);
/* Gives it one, which may have so many files open. Called once at a time. 0 or −errno: the
 * server's. */
int fusefs_attach(struct super_block *sb, struct fuse_client *client, uint32_t server_files);

#endif
