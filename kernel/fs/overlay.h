/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A folder of another file system (below), which nothing changes, as the root of the tree, with the
 * program's changes above it in memory: Linux's overlayfs with one lower layer and a tmpfs as the
 * upper one. For the files overlay*.c.
 *
 * The layer in memory is not a file system of its own: an inode of the overlay begins as what the
 * file below is, and its attributes, and later its data, become its own. A folder has a struct
 * overlay_name for each name that the program has changed, and for each of the others that has an
 * inode at the moment.
 *
 * overlay_lock (sleeping) protects the names of all folders and what their inodes say of them.
 * Nothing is asked below under it, and no reference of an inode is given back. Data is copied up
 * under inode->lock, which is taken outside it.
 */
#ifndef FS_OVERLAY_H
#define FS_OVERLAY_H

#include <hermit/vfs.h>

enum overlay_state {
    OVERLAY_SEEN,    /* a file below, not changed; the name has no reference of its inode */
    OVERLAY_CHANGED, /* the same file, but its attributes or its data are the overlay's */
    OVERLAY_MADE,    /* a file that got this name here */
    OVERLAY_GONE,    /* a name below that was removed: a whiteout; inode is NULL */
};

struct overlay_name {
    struct rb_node by_name;   /* in folder->names */
    struct rb_node by_cookie; /* OVERLAY_MADE: in folder->made */
    uint64_t cookie;
    enum overlay_state state;
    struct overlay_inode *inode;
    bool below; /* the folder below has this name, too */
    uint16_t length;
    char text[]; /* no NUL */
};

struct overlay_inode {
    struct inode inode; /* the first member */
    /* What it was made from, with a reference; constant. NULL: it is new, so a folder is opaque. */
    struct inode *below;

    /* overlay_lock, but where it is said otherwise */
    struct overlay_inode *parent; /* of a folder, and of a file from below; with a reference */
    struct overlay_name *seen;    /* its name while that is OVERLAY_SEEN */
    _Atomic bool changed;         /* the attributes are its own; a new one's always are */
    _Atomic bool copied; /* so are the data; set under inode->lock, once what is read is complete */
    bool has_xattrs;     /* so are the extended attributes (inode.xattrs); inode->lock */
    bool charged;        /* counts among the file system's inodes; constant */

    /* Of folders. */
    bool dead; /* was removed */
    struct rb_root names;
    struct rb_root made;
    uint64_t next_cookie; /* never used twice */
    unsigned nr_folders;  /* in it, that were made here */
};

extern struct mutex overlay_lock;

static inline struct overlay_inode *overlay_inode(const struct inode *inode)
{
    return container_of(inode, struct overlay_inode, inode);
}

static inline bool overlay_is_copied(const struct overlay_inode *o)
{
    /* acquire: size and pages are complete; pairs with overlay_copy_up() */
    return atomic_load_explicit(&o->copied, memory_order_acquire);
}

/* overlay.c */

/* The file system above the root folder of `below`. NULL: no memory. */
struct super_block *overlay_create(struct super_block *below);
/* A new file, with one reference. NULL: no memory, or the file system is full. */
struct overlay_inode *overlay_new(struct super_block *sb, uint32_t mode, uint64_t rdev,
                                  const char *target);
/* An inode that shows `below`, whose reference it takes over in any case, in `parent`; NULL: the
 * root. NULL: no memory. */
struct overlay_inode *overlay_new_seen(struct super_block *sb, struct overlay_inode *parent,
                                       struct inode *below);
/* The number that stat(2) and listings show. */
uint64_t overlay_number(const struct overlay_inode *o);

/* overlay_names.c. `dir` is a folder. */

/* What the tree asks for and changes (hermit/file_system.h). */
int overlay_lookup(struct inode *dir, const struct name *name, struct inode *known,
                   struct found *found);
int overlay_make(struct inode *dir, const struct new_file *file, struct found *found);
int overlay_link(struct inode *dir, const struct name *name, struct inode *inode);
int overlay_remove(struct inode *dir, const struct name *name, struct inode *inode);
/* overlay_rename.c */
int overlay_rename(const struct renaming *r);

/* The rest but overlay_pin() is under overlay_lock. */
struct overlay_name *overlay_find(struct overlay_inode *dir, const char *text, size_t length);
/* A name that is not in its folder yet. NULL: no memory. */
struct overlay_name *overlay_name_alloc(const struct name *name);
/* Puts it into a folder as that of a new or moved file, whose reference the caller gives it, in
 * place of `old`, which is freed; NULL: there is none. */
void overlay_name_made(struct overlay_inode *dir, struct overlay_name *old, struct overlay_name *n,
                       struct overlay_inode *o);
/* Takes the file off a name. If this is true the caller has the name's reference of it. */
bool overlay_name_drop(struct overlay_inode *dir, struct overlay_name *n);
void overlay_name_free(struct overlay_inode *dir, struct overlay_name *n);
/* The attributes are the overlay's from now on, and so the file stays in memory. */
void overlay_pin_locked(struct overlay_inode *o);
void overlay_pin(struct overlay_inode *o);
/* The names of a folder have changed. */
void overlay_touch(struct overlay_inode *dir);

/* overlay_xattr.c */
ssize_t overlay_get_xattr(struct inode *inode, const char *name, void *value, size_t size);
ssize_t overlay_list_xattr(struct inode *inode, char *list, size_t size);
int overlay_set_xattr(struct inode *inode, const char *name, const void *value, size_t size,
                      int flags);

/* overlay_dir.c */
int overlay_open_dir(struct file *f);
void overlay_close_dir(struct file *f);
int overlay_iterate(struct file *f, struct dir_sink *sink);
/* 0, −ENOTEMPTY, or an error of reading below. Without overlay_lock: a file that is made meanwhile
 * is in dir->made. */
int overlay_check_empty(struct overlay_inode *dir);

/* overlay_lost.c: lost_files_tell() if the folder is in the overlay. */
void overlay_lost_tell(struct dentry *folder);

/* overlay_file.c */
extern const struct file_ops overlay_file_ops;
int overlay_open_file(struct file *f);
int overlay_truncate(struct inode *inode, uint64_t size);
void overlay_advise(struct inode *inode, uint64_t from, uint64_t to, int advice);
/* Opens what an inode was made from, for reading; `d` is the path that it shows, NULL: none. */
int overlay_open_below(struct overlay_inode *o, struct dentry *d, struct file **file);

#endif
