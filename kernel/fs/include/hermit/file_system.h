/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a file system gives the file tree, and what the tree gives a file system.
 *
 * There are two kinds. A file system *in memory* (the root's archive, /dev/shm, /proc, /sys) has no
 * other names than its dentries. A *backed* one (super_block.backed) has its files at a server, the
 * host; the tree asks for them and keeps the answers in dentries and inodes, which may be out of
 * date, may say that there is no such name, and may be dropped at any time that nobody uses them.
 * An overlay (super_block.in_memory) is backed, too: it answers for what is below it, and keeps
 * what is changed.
 *
 * Locks at a call, by the kind of the file system:
 *
 *   | Operation                          | In memory            | Backed                         |
 *   |------------------------------------|----------------------|--------------------------------|
 *   | populate                           | vfs_lock             | (not called)                   |
 *   | lookup                             | none                 | none                           |
 *   | make, link, remove                 | vfs_lock for writing | lock of the folder             |
 *   | rename                             | vfs_lock for writing | rename_lock if there are two   |
 *   |                                    |                      | folders, locks of the folders  |
 *   | setattr                            | none                 | lock of the inode              |
 *   | get_xattr, list_xattr, set_xattr   | (not called)         | lock of the inode              |
 *   | getattr, readlink, open, statfs    | none                 | none                           |
 *   | close, evict                       | any but vfs_lock     | any but vfs_lock, and the      |
 *   |                                    |                      | inode's own                    |
 *   | read_data, write_data, sync_data   | (not called)         | any inode's lock, perhaps this |
 *   |                                    |                      | one's: a page fault may call   |
 *   | append_data                        | (not called)         | lock of the inode              |
 *
 * The lock of a folder, and of an inode, is inode->lock: it orders changes as the server sees them
 * with the changes of the tree. Operations of a backed file system may sleep until the server
 * answers; they take none of these locks themselves, and no application memory but by the cursor
 * that they are given. Where the table says vfs_lock they must not sleep. A caller holds references
 * of all inodes that it passes.
 *
 * A call that a signal, or the end of the thread, shall break off returns −ERESTARTSYS (nothing was
 * done), where the operation can be undone or was not sent; close, evict, and read_data and
 * write_data with pages of the cache are never broken off. A server that is gone is −EIO.
 */
#ifndef HERMIT_FILE_SYSTEM_H
#define HERMIT_FILE_SYSTEM_H

#include <hermit/file.h>
#include <hermit/types.h>

struct dentry;
struct inode;
struct statfs;
struct super_block;

#define VALID_FOR_EVER UINT64_MAX

struct name {
    const char *text; /* no NUL behind it, no slash within */
    size_t length;    /* 1 to NAME_MAX */
};

/* The answer to a look-up. */
struct found {
    struct inode *inode; /* with a reference; NULL: there is no such name */
    /* How long the answer may be used without asking again, ns. 0: it is asked for each walk. */
    uint64_t valid_ns;
    bool transient; /* the name gets no place in the tree: it is made for this walk (/proc) */
};

/* A file to be made. */
struct new_file {
    struct name name;
    uint32_t mode;      /* type and permissions, umask applied */
    uint32_t gid;       /* the folder's if that has the set-group-ID bit, else 0 */
    uint64_t rdev;      /* of devices: major << 20 | minor */
    const char *target; /* of symbolic links, else NULL */
};

struct renaming {
    struct inode *from_dir, *to_dir; /* maybe the same */
    struct name from, to;
    struct inode *inode;    /* what is moved, as the tree knows it */
    struct inode *replaced; /* what has the new name, as the tree knows it; NULL: nothing */
    unsigned flags;         /* RENAME_NOREPLACE, RENAME_EXCHANGE */
};

enum attr_valid {
    ATTR_MODE = 1,
    ATTR_UID = 2,
    ATTR_GID = 4,
    ATTR_SIZE = 8,
    ATTR_ATIME = 16,
    ATTR_MTIME = 32,
    ATTR_ATIME_NOW = 64, /* by the clock of whoever keeps the times; atime is set, too */
    ATTR_MTIME_NOW = 128,
};

struct attr_change {
    unsigned valid; /* enum attr_valid: which of the others */
    uint32_t mode;  /* permissions only */
    uint32_t uid, gid;
    uint64_t size;
    int64_t atime, mtime; /* as in an inode */
};

/* What a server says of a file. */
struct inode_attr {
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, size;
    int64_t atime, mtime, ctime, btime;
};

struct super_ops {
    /* Fills what the server knows; all else is set. NULL: by max_pages and its kin. */
    int (*statfs)(struct super_block *sb, struct statfs *st);
    /* sync(2), syncfs(2): all data that write_data gave to the server becomes durable. May be
     * NULL. */
    int (*sync)(struct super_block *sb);
    /* Connects to the server, if the file system is mounted without (super_block.unconnected); the
     * root's inode is complete then. May be called again, by several tasks at once. 0 or −errno. */
    int (*connect)(struct super_block *sb);
    /* O_TMPFILE: a regular file without a name. NULL: no room. NULL member: −EOPNOTSUPP, of a
     * backed file system. */
    struct inode *(*make_unnamed)(struct super_block *sb, uint32_t mode);
};

/* One table for each kind of inode. What is NULL is not possible, or, for the attributes, done by
 * the tree in the inode alone. Results are 0 or −errno, unless another is named. */
struct inode_ops {
    /* Of folders. */

    /* Fills a directory before its first use; names are added by dentry_add(). 0 or −ENOMEM. */
    int (*populate)(struct dentry *dir);
    /* Asks for a name that the tree does not have, or not any more for sure. `known`: the inode
     * that the name had, NULL: none; a file system returns it (with a new reference) if the name
     * still means that file, and has then renewed its attributes. A missing name is no error. */
    int (*lookup)(struct inode *dir, const struct name *name, struct inode *known,
                  struct found *found);
    /* Lists from f->pos on, which it advances; f->pos_lock is held. In memory: the names that are
     * generated, after the others, under vfs_lock. Backed: all, "." and ".." too, under no other
     * lock; positions are whatever the server gives, 0 is the beginning, and f->private is what
     * open() made. */
    int (*iterate)(struct file *f, struct dir_sink *sink);
    /* fsync(2) of an open folder: its names become durable. f->pos_lock is held, and no other lock.
     * NULL: there is nothing to do. */
    int (*sync_dir)(struct file *f, bool data_only);
    /* Makes a file, folder, link or node. −EEXIST: the server has one. What is opened here may be
     * kept for the open that follows. */
    int (*make)(struct inode *dir, const struct new_file *file, struct found *found);
    /* Gives a file another name. */
    int (*link)(struct inode *dir, const struct name *name, struct inode *inode);
    /* Removes a name: unlink or, if `inode` is a folder, rmdir. `inode` is what the tree knows
     * under that name; it may still be open. */
    int (*remove)(struct inode *dir, const struct name *name, struct inode *inode);
    int (*rename)(const struct renaming *r);

    /* Of symbolic links. */

    /* The target, without NUL: its length. NULL: it is inode->link. A backed file system is asked
     * once for each inode. */
    ssize_t (*readlink)(struct inode *inode, char *buf, size_t size);
    /* Where a magic link leads, with a reference; NULL: nowhere by path (see open_link). */
    struct dentry *(*follow)(struct inode *inode);
    /* Opens the target of a magic link without a path: a file with a reference. 0 or −errno. */
    int (*open_link)(struct inode *inode, unsigned flags, struct file **file);
    struct file *(*linked_file)(struct inode *inode); /* the target itself, with a reference */

    /* Of all. */

    /* Renews the attributes by inode_refresh(), unless they are recent enough by the rules of the
     * file system; then fills *st by inode_fill_stat() and sets what only the server knows
     * (stx_blocks, stx_blksize). st NULL: only renews. */
    int (*getattr)(struct inode *inode, struct statx *st);
    /* Changes attributes. The tree does it in the inode when this has returned 0. */
    int (*setattr)(struct inode *inode, const struct attr_change *change);
    /* Extended attributes of backed file systems, as hermit/xattr.h has them; set_xattr with a
     * `value` of NULL removes. NULL, all three: there are none. Reading is under the lock, too, for
     * servers that are asked for a size first, and then for the bytes. */
    ssize_t (*get_xattr)(struct inode *inode, const char *name, void *value, size_t size);
    ssize_t (*list_xattr)(struct inode *inode, char *list, size_t size);
    int (*set_xattr)(struct inode *inode, const char *name, const void *value, size_t size,
                     int flags);
    /* Of backed file systems, before an inode is opened (close-to-open): renews the attributes,
     * unless the server was asked for them at `since` or later (clock_monotonic()), so by the same
     * open. 0 or −errno; −ESTALE: the name may mean another file by now. */
    int (*renew)(struct inode *inode, uint64_t since);
    /* Last step of opening but truncation, which O_TRUNC in f->flags announces: may set f->ops and
     * f->private. 0 or −errno. May sleep. */
    int (*open)(struct file *f);
    /* The last reference of an open file is gone, dirty pages were written before. Of regular files
     * it is not NULL. */
    void (*close)(struct file *f);
    int (*truncate)(struct inode *inode, uint64_t size);
    void (*evict)(struct inode *inode); /* after the last reference was dropped */

    /* Of regular files of backed file systems, whose inode->fops is &cached_file_ops: the page
     * cache calls them, also from page faults and write-back, whoever has the file open. */

    /* Transfers up to io->left bytes between the server's file at `pos` and the cursor, whose
     * segments are pages of the cache (io->user false) or the application's memory, and advances
     * the cursor. Bytes; a read ends early at the end of the file, nothing else does without an
     * error. Errors after some bytes: their number. */
    ssize_t (*read_data)(struct inode *inode, struct io_cursor *io, uint64_t pos);
    ssize_t (*write_data)(struct inode *inode, struct io_cursor *io, uint64_t pos);
    /* As write_data, at the end of the file as the server knows it at that moment. −EAGAIN, NULL:
     * not now, or not at all; write_data then. */
    ssize_t (*append_data)(struct inode *inode, struct io_cursor *io);
    /* fsync(2): what was written becomes durable. */
    int (*sync_data)(struct inode *inode, bool data_only);
    /* fallocate(2), dirty pages of the range were written before. NULL: −EOPNOTSUPP. */
    int (*allocate)(struct inode *inode, int mode, uint64_t offset, uint64_t length);
    /* posix_fadvise(2) for bytes [from, to): page_cache_advise(). NULL: advice is not taken. */
    void (*advise)(struct inode *inode, uint64_t from, uint64_t to, int advice);
    /* lseek(2) with SEEK_DATA or SEEK_HOLE, after dirty pages were written: 0 or −errno. NULL: all
     * of a file is data. */
    int (*find_data)(struct inode *inode, uint64_t offset, int whence, uint64_t *found);
};

/* Services. */

/* A file system without a root, or NULL: no memory. The caller sets ops, backed, inode_size, and
 * the root by super_set_root(), which takes over the inode's reference. It is never freed. */
struct super_block *super_alloc(const char *type, const char *source, uint64_t magic);
int super_set_root(struct super_block *sb, struct inode *root); /* 0 or −ENOMEM */

/* Covers the folder `path`, an absolute path, by a file system; folders of file systems in memory
 * that are missing are made. 0; −ENOTDIR, and errors of the walk. */
int vfs_mount(const char *path, struct super_block *sb);

/*
 * Inodes by number, so that all names of a file share one. A new inode, made by inode_alloc() with
 * sb->inode_size bytes, is filled, then published; if the number is in use by then (for a file of
 * the same type), the new one is dropped and the other one is returned. Inodes leave the table with
 * their last reference, or by inode_forget(): the number means another file now.
 */
struct inode *inode_find(struct super_block *sb, uint64_t ino); /* with a reference; NULL */
struct inode *inode_publish(struct inode *inode);
void inode_forget(struct inode *inode);

/*
 * What a server says of a name without having been asked for it, as it lists a folder;
 * found->inode, not NULL, is taken over. `changes`: vfs_folder_changes() before the server was
 * asked: what a change from here may have overtaken since is not kept. No lock is held but
 * f->pos_lock.
 */
uint32_t vfs_folder_changes(const struct dentry *dir);
void vfs_learn_name(struct dentry *dir, const struct name *name, const struct found *found,
                    uint32_t changes);

/*
 * Takes over what the server says of a file. `stamp` is inode_stamp() before the server was asked:
 * if the file was changed from here since then, the answer may be older, and its size and times are
 * not taken. When the file is opened, its cached pages go if size or mtime show that somebody else
 * has changed it.
 */
uint32_t inode_stamp(const struct inode *inode);
/* Between these two, what the server says of size and times is not taken: the file is being changed
 * from here, and pages that are kept follow the server's. */
void inode_change_begin(struct inode *inode);
void inode_change_end(struct inode *inode);
/* The file was changed from here, also in size. */
void inode_changed(struct inode *inode);
void inode_set_size(struct inode *inode, uint64_t size);
void inode_refresh(struct inode *inode, const struct inode_attr *attr, uint32_t stamp);

#endif
