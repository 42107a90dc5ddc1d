/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Client of the file protocol 9P2000.L, over virtio. A client is a connection to one server, with
 * one tree of files. All that is done with files is done by fids: a fid stands for a path of the
 * server's tree, and, once it was opened, for an open file.
 *
 * Calls send one message and sleep until its answer is there; many may be under way. A signal that
 * ends the process, or a cancellation of the calling thread, withdraws the message (Tflush): the
 * call then returns −ERESTARTSYS, unless the server had done it by then. Every call may return the
 * errors of the server, −EIO (the answer makes no sense, or the server is gone), −ENOMEM and
 * −ERESTARTSYS. Whatever a server sends, no call reads or writes outside of its buffers.
 *
 * Results are 0 or −errno where nothing else is said. No spin lock is held.
 */
#ifndef HERMIT_P9_H
#define HERMIT_P9_H

#include <hermit/types.h>
#include <hermit/virtio_9p.h>

#define P9_NAME_MAX 255

struct p9_client;

/* Identifies a file at the server. */
struct p9_qid {
    uint8_t type;     /* P9_QID_DIR, P9_QID_LINK or neither */
    uint32_t version; /* changes with the contents, if the server can tell */
    uint64_t path;    /* inode number */
};

#define P9_QID_DIR  0x80
#define P9_QID_LINK 0x02

/* A fid. Referenced; the last p9_fid_put() gives it back to the server. */
struct p9_fid;

/*
 * Connects to the next device that nobody uses yet: agrees on version and size of messages, and
 * attaches to the root. Stores the device's mount tag. −ENODEV: no more devices. As
 * virtio_9p_open().
 */
int p9_connect(struct p9_client **result, char tag[VIRTIO_9P_TAG_MAX], struct p9_fid **root,
               struct p9_qid *qid);

/* The most bytes, and the most parts of memory, that one p9_read() or p9_write() moves. */
uint32_t p9_io_max(const struct p9_client *client);
unsigned p9_parts_max(const struct p9_client *client);

void p9_fid_get(struct p9_fid *fid);
/* Does not sleep: the server is told later. */
void p9_fid_put(struct p9_fid *fid);

/* A new fid, not open, for `name` in a directory; for the same file if `length` is 0. */
int p9_walk(struct p9_fid *from, const char *name, size_t length, struct p9_fid **to,
            struct p9_qid *qid);

/* Opens a fid with Linux's flags of open(2), without O_CREAT. */
int p9_lopen(struct p9_fid *fid, unsigned flags, struct p9_qid *qid);
/* Creates and opens a regular file in the directory `fid`, which then stands for that file. */
int p9_lcreate(struct p9_fid *fid, const char *name, size_t length, unsigned flags, uint32_t mode,
               struct p9_qid *qid);

/* Moves bytes between an open file and memory of the caller's, which the device accesses by itself.
 * In all at most p9_io_max() bytes, in at most p9_parts_max() parts. Bytes moved or −errno; 0 of a
 * read: the end of the file. `patient`: no signal breaks it off. */
ssize_t p9_read(struct p9_fid *fid, uint64_t offset, const struct virtq_part *parts, unsigned nr,
                bool patient);
ssize_t p9_write(struct p9_fid *fid, uint64_t offset, const struct virtq_part *parts, unsigned nr,
                 bool patient);

int p9_fsync(struct p9_fid *fid, bool data_only);

struct p9_time {
    uint64_t sec, nsec; /* since 1970, as two's complement */
};

/* Tgetattr, without btime, which servers do not know. */
struct p9_attr {
    struct p9_qid qid;
    uint32_t mode, uid, gid;
    uint64_t nlink, rdev, size, block_size, blocks;
    struct p9_time atime, mtime, ctime;
};
int p9_getattr(struct p9_fid *fid, struct p9_attr *attr);

enum p9_set {
    P9_SET_MODE = 1,
    P9_SET_UID = 2,
    P9_SET_GID = 4,
    P9_SET_SIZE = 8,
    P9_SET_ATIME = 16, /* to the server's present time … */
    P9_SET_MTIME = 32,
    P9_SET_ATIME_TO = 128, /* … or, with this bit too, to a given one */
    P9_SET_MTIME_TO = 256,
};
struct p9_setattr {
    uint32_t valid; /* enum p9_set */
    uint32_t mode, uid, gid;
    uint64_t size;
    struct p9_time atime, mtime;
};
int p9_setattr(struct p9_fid *fid, const struct p9_setattr *set);

struct p9_statfs {
    uint32_t type, block_size;
    uint64_t blocks, blocks_free, blocks_available, files, files_free, fsid;
    uint32_t name_max;
};
int p9_statfs(struct p9_fid *fid, struct p9_statfs *st);

/* Entries of an open directory from `offset` on (0, or `next` of an entry), as bytes into a buffer
 * of at most p9_io_max() bytes, kmalloc. Their length, 0: no more entries. */
ssize_t p9_readdir(struct p9_fid *fid, uint64_t offset, void *buffer, uint32_t size);

struct p9_reader {
    const uint8_t *at;
    size_t left;
    bool broken; /* something was read beyond the end, or makes no sense */
};
struct p9_dir_entry {
    struct p9_qid qid;
    uint64_t next; /* offset of the entry behind it, at most INT64_MAX */
    uint8_t type;  /* DT_* of getdents(2) */
    size_t length;
    const char *name; /* in the buffer, without a NUL; 1 to P9_NAME_MAX bytes, no '/' or NUL */
};
/* The next of the entries in a buffer. False: there are no more, or r->broken. */
bool p9_dir_next(struct p9_reader *r, struct p9_dir_entry *entry);

int p9_mkdir(struct p9_fid *dir, const char *name, size_t length, uint32_t mode,
             struct p9_qid *qid);
int p9_symlink(struct p9_fid *dir, const char *name, size_t length, const char *target,
               struct p9_qid *qid);
/* rdev as Linux's dev_t in 64 bits (hermit/vfs.h). */
int p9_mknod(struct p9_fid *dir, const char *name, size_t length, uint32_t mode, uint32_t major,
             uint32_t minor, struct p9_qid *qid);
int p9_link(struct p9_fid *dir, struct p9_fid *file, const char *name, size_t length);
int p9_renameat(struct p9_fid *old_dir, const char *old, size_t old_length, struct p9_fid *new_dir,
                const char *new, size_t new_length);
/* flags: 0 or AT_REMOVEDIR. No signal breaks it off. */
int p9_unlinkat(struct p9_fid *dir, const char *name, size_t length, unsigned flags);

/* Extended attributes; `value` is memory of kmalloc(). The value of one, or for a `name` of "" the
 * names of all, each with its NUL: its size, copied to `value` if `size` is not 0. −ERANGE: it is
 * larger than that. */
ssize_t p9_get_xattr(struct p9_fid *fid, const char *name, void *value, size_t size);
/* flags: XATTR_CREATE, XATTR_REPLACE, or 0. The protocol has no values of size 0: such a one
 * removes the attribute. */
int p9_set_xattr(struct p9_fid *file, const char *name, const void *value, size_t size, int flags);

/* Target of a symbolic link, cut to `size` bytes, without a NUL. Its length. */
ssize_t p9_readlink(struct p9_fid *fid, char *target, size_t size);

#endif
