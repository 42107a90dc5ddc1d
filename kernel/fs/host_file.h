/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open files of the host, whatever protocol leads there: which handles of the server an inode has,
 * and the way of data between them and memory.
 *
 * A handle is what the server knows an open file by (a fid of 9P, a file handle of FUSE). It is
 * referenced; the last put closes it at the server. All open files of an inode share one handle for
 * reading and one for writing; page faults and write-back, which may come when nobody has the file
 * open for that any more, use them, too. Whoever appends more than once gets a third one, by which
 * the server puts bytes at the end, wherever that is.
 */
#ifndef FS_HOST_FILE_H
#define FS_HOST_FILE_H

#include <hermit/io_cursor.h>
#include <hermit/spinlock.h>
#include <hermit/virtq_part.h>

struct file;
struct inode;
struct inode_ops;

/* Bytes of one request, as the device gets them. */
struct host_transfer {
    const struct virtq_part *parts;
    unsigned nr;
    size_t size; /* bytes in all */
    bool write;
    bool patient; /* no signal breaks it off */
};

/* What a protocol is. None is called with a spin lock held but get. */
struct host_ops {
    void (*get)(void *handle);
    void (*put)(void *handle); /* does not sleep */
    /* Opens the file for O_RDONLY, O_WRONLY or O_RDWR, or O_WRONLY | O_APPEND. 0 or −errno. */
    int (*open)(struct inode *inode, unsigned mode, void **handle);
    /* One request. Bytes or −errno; 0 of a read: the end of the file. */
    ssize_t (*move)(void *handle, uint64_t pos, const struct host_transfer *t);
    int (*sync)(void *handle, bool data_only); /* 0 or −errno */
    /* The most bytes, and parts of memory, of one request. */
    void (*limits)(struct inode *inode, size_t *bytes, unsigned *parts);
};

/* Of an inode. */
struct host_file {
    const struct host_ops *ops;
    struct spinlock lock; /* protects the others, and what its file system puts under it */
    void *open_read;      /* open for reading; NULL: nobody has needed it so far … */
    void *open_write;     /* … for writing … */
    void *open_append;    /* … for appending */
    bool appended;        /* since it was opened */
    unsigned nr_open;     /* open files of the program */
    /* rights_of() the file when it was last opened for each of both; 0: not known. */
    uint64_t read_rights, write_rights;
};

/* What a protocol's inodes can, by kind. */
struct host_inode_ops {
    const struct inode_ops *dir, *file, *link, *node;
};

/* Gives a new inode the operations of its kind. */
void host_inode_ops_set(struct inode *inode, const struct host_inode_ops *ops);

/* `name`: the class of the lock. */
void host_file_init(struct host_file *file, const struct host_ops *ops, const char *name);
/* The inode is freed: closes what is open still. */
void host_file_free(struct host_file *file);

/* Opens a file of the program's, with its cache. 0 or −errno; host_file_close() in either case. */
int host_file_open(struct host_file *file, struct file *f);
/* One less; true if it was the last one, and the server's handles are closed. */
bool host_file_close(struct host_file *file);
/* Gives a handle for both ways, of a file that was just made, to the opening that follows. */
void host_file_keep(struct host_file *file, void *handle);
bool host_file_is_open(struct host_file *file);
/* The handle that is open for writing, with a reference; NULL: none is. */
void *host_file_writer(struct host_file *file);
/* That, or else the one for reading. */
void *host_file_any(struct host_file *file);

/* inode_ops.open of what is a FIFO, device or socket at the host: the machine has its own. */
int host_node_open(struct file *f);

/* inode_ops.read_data, write_data, append_data and sync_data. */
ssize_t host_file_move(struct host_file *file, struct inode *inode, struct io_cursor *io,
                       uint64_t pos, bool write);
ssize_t host_file_append(struct host_file *file, struct inode *inode, struct io_cursor *io);
int host_file_sync(struct host_file *file, bool data_only);

#endif
