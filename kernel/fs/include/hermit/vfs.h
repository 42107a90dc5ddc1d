/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file tree: inodes, names (dentries), path walk, file systems.
 *
 * The names of file systems in memory are the dentries. Those of a backed file system
 * (hermit/file_system.h) are at its server, and the dentries are what is known of them:
 * they are asked for again when they are older than the file system allows, say that
 * there is no such name (inode NULL), and go when nobody uses them.
 *
 * vfs_lock (sleeping, readers/writer) protects the dentries: a walk holds it for
 * reading, a change for writing. The holder must not access the application's memory
 * and does not wait for a server: a walk that must ask one unlocks, and goes on from the
 * dentry that it has a reference of. docs/locking.md has the lock's place: before
 * mm.lock. A dentry or inode pointer that outlives the lock needs a reference.
 *
 * Lifetime: a dentry is referenced by its directory while it is linked, by open files,
 * working folders and walks; it holds a reference to its parent and to its inode. The
 * last put frees, and evicts the inode, and may be done under any sleeping lock except
 * the inode's own and vfs_lock, under which dentry_put_later() is for it. Under vfs_lock
 * linked names stay without a reference. A super_block is never freed.
 *
 * The tree is built at its first use: functions that start from a path or the
 * working folder do it (vfs_start()).
 */
#ifndef HERMIT_VFS_H
#define HERMIT_VFS_H

#include <hermit/atomic.h>
#include <hermit/file.h>
#include <hermit/file_system.h>
#include <hermit/list.h>
#include <hermit/page_tree.h>
#include <hermit/rbtree.h>
#include <hermit/types.h>
#include <hermit/wait.h>

struct page_cache;
struct pipe;
struct xattr;

struct super_block {
    const char *type;            /* as in /proc/mounts */
    const char *source;          /* … its first column */
    uint64_t dev;                /* st_dev */
    uint64_t magic;              /* f_type of statfs(2) */
    const struct super_ops *ops; /* NULL: none */
    bool backed;                 /* its files are at a server: hermit/file_system.h */
    bool in_memory;              /* … but what is made in it is in memory: an overlay */
    /* Nobody has asked the server for anything so far: walks that need it call ops->connect. */
    _Atomic bool unconnected;
    size_t
        inode_size; /* of the file system's struct that begins with a struct inode; 0: the latter */
    /* Of a backed one: how long data that is kept here is trusted without asking whether somebody
     * else has changed it, ns; VALID_FOR_EVER; 0: none is kept for read calls. Constant. */
    uint64_t data_ns;
    /* Its inodes stay what they are when the server's names come to mean others: a name is asked
     * for again to be opened (close-to-open), unless data_ns is VALID_FOR_EVER. Constant. */
    bool asks_names;
    struct mutex rename_lock;   /* taken to move names of a backed file system between folders */
    struct spinlock table_lock; /* protects the next one */
    struct rb_root table;       /* published inodes by number */
    int create_error; /* −errno of every attempt to change names; 0: names can be changed */
    uint64_t max_pages, max_inodes; /* of a file system in memory; 0: no limit */
    _Atomic uint64_t used_pages, used_inodes;
    bool keeps_xattrs;    /* in memory: its files may have extended attributes, in inode->xattrs */
    uint64_t xattr_bytes; /* what those take, part of used_pages; xattr_lock */
    _Atomic uint64_t last_ino;
    struct dentry *root;
    struct super_block *next; /* all mounted, root first */
};

struct inode {
    _Atomic unsigned refs;
    struct super_block *sb;
    const struct inode_ops *ops;
    const struct file_ops *fops;
    uint64_t ino;
    struct rb_node by_ino; /* in sb->table; table_lock */
    bool published;        /* it is there; table_lock */
    uint16_t changing;     /* calls between inode_change_begin() and …_end(); table_lock */
    /* How often the names or the data were changed from here: what a server said before the last
     * change counts no more. */
    _Atomic uint32_t changes;
    _Atomic uint32_t mode; /* S_IFMT part constant */
    _Atomic uint32_t nlink, uid, gid;
    /* Of a backed file system: the server no longer has the file at the name by which it was found
     * last. Who comes by another one asks for that again. */
    _Atomic bool astray;
    /* A folder of one that was removed from here: nothing is found or made there any more, whatever
     * the server has at its path by now. */
    _Atomic bool removed;
    uint64_t rdev;
    _Atomic uint64_t size;
    _Atomic int64_t atime, mtime, ctime, btime; /* ns since 1970, or before it */
    struct mutex lock; /* changes of data and size, of a folder's names at a server; taken outside
                        * mm.lock */
    union {
        struct {
            struct spinlock pages_lock; /* protects the others except source */
            struct page_tree pages;
            const char *source; /* bytes of the archive, used until a page is written; NULL: the
                                 * file did not come from there */
            _Atomic uint64_t source_size; /* how many of them are still valid */
            _Atomic uint32_t cuts;        /* how often pages were removed */
            bool linkable;                /* without a name, but linkat(2) may give it one */
        };
        _Atomic(struct page_cache *) cache; /* S_IFREG of a backed file system; NULL: none yet */
        _Atomic(char *) link;               /* S_IFLNK: target, kmalloc; NULL: not asked for yet */
        struct pipe *pipe;                  /* S_IFIFO: while open; fifo_lock, see fifo.c */
        void *private;                      /* generated files */
        uint64_t value;
    };
    struct list locks;    /* struct file_lock; locks_lock */
    struct xattr *xattrs; /* those that are kept in memory; xattr_lock */
    _Atomic int seals;    /* F_SEAL_* of a memfd, changed under lock; −1: cannot be sealed */
};

struct dentry {
    _Atomic unsigned refs;
    struct inode *inode;   /* NULL: known not to exist, in a backed file system */
    struct dentry *parent; /* with a reference; itself for a root */
    union {
        struct dentry *mounted;   /* root of the file system that covers this directory */
        struct dentry *next_dead; /* no reference is left: see dentry_put_later() */
    };
    struct dentry *covers;  /* a root: the dentry that it covers, NULL for the first */
    struct rb_node by_name; /* in parent->names */
    union {
        struct rb_node by_cookie; /* in parent->children */
        struct list of_backed;    /* in the list of all names of backed file systems */
    };
    uint64_t cookie; /* position for readdir; never used twice in a directory */
    struct rb_root names;
    struct rb_root children; /* in the order of their making; none of a backed file system */
    uint64_t next_cookie;
    _Atomic bool populated;
    bool linked; /* in its parent's directory (or a root) */
    uint16_t length;
    /* A name of a backed file system was used since dentry_shrink() looked at it. */
    _Atomic bool used;
    char *name; /* NUL-terminated, kmalloc */
    /* When the server must be asked again, monotonic ns; VALID_FOR_EVER: never. */
    _Atomic uint64_t valid_until;
};

extern struct rwlock vfs_lock;

/* Builds the tree on first use: root from the archive, /dev, /proc, /sys, /tmp, working folder. */
void vfs_start(void);

/* inode.c; inode_get() and inode_put() are in hermit/file.h. inode_alloc: one reference, nlink 1 (2
 * for directories), times now; NULL: no memory. */
struct inode *inode_alloc(struct super_block *sb, uint32_t mode);
bool inode_try_get(struct inode *inode); /* false: being freed; its memory must still be valid */
void inode_touch_modified(struct inode *inode); /* mtime, ctime */
void inode_touch_changed(struct inode *inode);  /* ctime */
void inode_touch_accessed(struct inode *inode); /* atime, as relatime */
/* 0, or −errno of a server. vfs_lock not held. */
int inode_stat(struct inode *inode, struct statx *st);
void inode_fill_stat(struct inode *inode, struct statx *st); /* as the inode has it */
/* Blocks of 512 bytes that a regular file in memory takes. */
uint64_t inode_memory_blocks(const struct inode *inode);
/* A time as an inode stores it, clamped to its range (years 1677 to 2262). */
int64_t inode_time(int64_t sec, uint32_t nsec);
static inline uint32_t inode_type(const struct inode *inode)
{
    return load_relaxed(&inode->mode) & 0170000;
}
static inline bool inode_is_dir(const struct inode *inode)
{
    return inode_type(inode) == 0040000;
}
static inline bool inode_is_link(const struct inode *inode)
{
    return inode_type(inode) == 0120000;
}

/* dentry.c. A new dentry with one reference; takes over the inode's on success. NULL: no memory. */
struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t length,
                            struct inode *inode);
void dentry_get(struct dentry *d);
void dentry_put(struct dentry *d);
/* The same under vfs_lock: if it was the last reference, d joins the list *dead, which
 * dentry_free_dead() frees after the unlock. */
void dentry_put_later(struct dentry *d, struct dentry **dead);
void dentry_free_dead(struct dentry *dead);
/* What a server said of a name becomes the dentry of it, in place of what was there. It is returned
 * with a reference, and has taken over that of found->inode; NULL: no memory. `changes`: of the
 * folder, before the server was asked. vfs_lock for writing. */
struct dentry *dentry_install(struct dentry *dir, const struct name *name,
                              const struct found *found, uint32_t changes, struct dentry **dead);
/* Unlinks a name that is known no more. vfs_lock for writing. */
void dentry_forget(struct dentry *d, struct dentry **dead);
/* True unless the server must be asked again. */
bool dentry_is_fresh(const struct dentry *d);
/* Frees names of backed file systems that nobody uses, the longest unused first, until at most
 * `keep` are left; names that were used since the last time are spared once. How many have gone.
 * vfs_lock not held. */
unsigned long dentry_shrink(unsigned long keep);
unsigned long dentry_cached(void); /* how many there are */
/* Links/unlinks a name; a linked name has a reference of its directory. vfs_lock for writing, or in
 * populate. */
void dentry_link(struct dentry *d);
void dentry_unlink(struct dentry *d);
/* A name among the linked ones, no reference; vfs_lock. */
struct dentry *dentry_find(struct dentry *dir, const char *name, size_t length);
/* Allocates and links; consumes the inode's reference in any case. Borrowed result; NULL: no
 * memory. */
struct dentry *dentry_add(struct dentry *dir, const char *name, struct inode *inode);
int dentry_populate(struct dentry *dir); /* unless it is populated; vfs_lock */
/* True if d is `dir` or lies below it; vfs_lock. */
bool dentry_is_below(const struct dentry *d, const struct dentry *dir);
/* Path from the root, with " (deleted)" appended if unlinked. Length or −ENAMETOOLONG. */
ssize_t dentry_path(struct dentry *d, char *buf, size_t size);
ssize_t dentry_path_locked(struct dentry *d, char *buf, size_t size);

/* walk.c */
enum walk_flags {
    WALK_NOFOLLOW = 1, /* a symbolic link at the end is the result */
    WALK_PARENT = 2,   /* … even if a slash follows: the caller changes the name itself */
    WALK_DIRECTORY = 4,
    WALK_EMPTY = 8,        /* AT_EMPTY_PATH: "" is the start itself */
    WALK_CREATE = 16,      /* O_CREAT: −EISDIR if a slash follows the last name */
    WALK_UNCONNECTED = 32, /* the result may be the root of a file system that has no server yet */
    WALK_ANEW = 64,        /* servers are asked for all names, whatever is known of them */
};
enum walk_last { LAST_NAME, LAST_DOT, LAST_DOTDOT, LAST_ROOT };
struct walk {
    struct dentry *parent; /* directory of the last name; references */
    struct dentry *dentry; /* the result, NULL: the last name does not exist in parent */
    const char *name;      /* last name, within the path or a link's target */
    size_t length;
    enum walk_last last;
    bool write;          /* vfs_lock is held for writing: set by the caller of walk_path() */
    bool slash;          /* slashes follow the last name */
    struct dentry *text; /* the link whose target `name` is in, with a reference; NULL: the path */
    struct dentry *dead; /* what the walk was the last to use */
    struct inode *magic; /* ends in a magic link without a path: its inode, with a reference */
    uint64_t asked;      /* when a server was first asked for a name; 0: none was */
    const struct dentry *asked_for; /* what it answered last; only to compare */
};
/*
 * Walks `path` from `start` (borrowed). 0 if all names except perhaps the last exist; −ENOENT,
 * −ENOTDIR, −ELOOP, −ENAMETOOLONG, −ENOMEM, errors of a server. vfs_lock is held, for writing if
 * out->write says so, but not all the time: a walk that asks a server unlocks meanwhile. In any
 * case call walk_done() after the unlock.
 */
int walk_path(struct dentry *start, const char *path, unsigned flags, struct walk *out);
void walk_done(struct walk *w);
/* Asks the server for the last name, whatever is known of it, and sets w->dentry; w->parent is
 * backed. 0 or −errno. Locks as walk_path(). */
int walk_ask_again(struct walk *w);
/* Target of a symbolic link, without NUL. Length or −errno. */
ssize_t vfs_readlink(struct inode *inode, char *buf, size_t size);

/* Start of a relative path: the working folder for AT_FDCWD, or the directory of a descriptor, with
 * a reference. 0, −EBADF, −ENOTDIR. An absolute path ignores dirfd. */
int vfs_base(int dirfd, const char *path, bool empty, struct dentry **base);

/* Walks to an existing file, with a reference. Errors of vfs_base and walk_path, of which −ESTALE
 * makes it begin anew. Takes vfs_lock. */
int vfs_lookup(int dirfd, const char *path, unsigned flags, struct dentry **d);

/* change.c: names. Paths are kernel strings. Results as of the calls of the same name. */
int vfs_mknod(int dirfd, const char *path, uint32_t mode, uint64_t rdev, const char *target);
int vfs_unlink(int dirfd, const char *path);
int vfs_rmdir(int dirfd, const char *path);
int vfs_link(int olddir, const char *old, int newdir, const char *new, int flags);
int vfs_rename(int olddir, const char *old, int newdir, const char *new, unsigned flags);
/* Creates a file in a directory: S_IFREG, S_IFDIR, S_IFLNK (target), FIFO, devices. The dentry is
 * borrowed from the directory; NULL: no memory. vfs_lock for writing or in populate. */
struct dentry *vfs_make(struct dentry *dir, const char *name, size_t length, uint32_t mode,
                        uint64_t rdev, const char *target);

/* open.c */
int vfs_open(int dirfd, const char *path, unsigned flags, uint32_t mode, struct file **file);
/* `since`: attributes that a server was asked for at that time or later are new enough, see
 * inode_ops.renew. */
int vfs_open_dentry(struct dentry *d, unsigned flags, uint64_t since, struct file **file);
/* The open file behind a magic link without a path, with a reference; −ENOENT: no such link. */
int vfs_magic_file(int dirfd, const char *path, struct file **file);
/* A new regular file without a name: in dir's file system, or for memfd_create(2). */
int vfs_open_unnamed(struct dentry *dir, uint32_t mode, unsigned flags, struct file **file);
int vfs_open_memory(const char *name, bool seals, struct file **file);
int vfs_truncate(struct inode *inode, uint64_t size);
/* attributes.c. All but ATTR_SIZE. Takes inode->lock of backed file systems. 0 or −errno. */
int vfs_setattr(struct inode *inode, const struct attr_change *change);
/* Release of files that hold their dentry and inode. */
void vfs_file_release(struct file *f);

extern _Atomic uint32_t vfs_umask;

/* Working folder, with a reference. */
struct dentry *vfs_cwd(void);
struct dentry *vfs_cwd_locked(void); /* the same with vfs_lock held */
void vfs_set_cwd(struct dentry *d);  /* takes its own reference */

/* mount.c. A file system in memory with a root folder; NULL: no memory. */
struct super_block *super_create(const char *type, const char *source, uint64_t magic,
                                 const struct inode_ops *root_ops, uint32_t mode);
extern struct super_block *vfs_supers; /* constant once the tree is built */

#endif
