/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open files, as the address space sees them and all above it. A struct file is shared by
 * descriptors, mappings and calls in progress through its reference count.
 *
 * Lifetime: a descriptor has one reference and a call on it another, from its
 * look-up to its end, so close(2) does not disturb a call in progress. The last
 * file_put() calls ops->release() in its caller's context: it may sleep and takes
 * locks of files and names, so the caller holds none of them. The memory stays a
 * struct file for ever (docs/concurrency.md, "Descriptors").
 */
#ifndef HERMIT_FILE_H
#define HERMIT_FILE_H

#include <hermit/io_cursor.h>
#include <hermit/rlimit.h>
#include <hermit/types.h>
#include <hermit/wait.h>
#include <linux/stat.h>

struct vma;
struct inode;
struct dentry;
struct file;
struct epoll_item;
struct poll_table;

#define IO_MAX 0x7ffff000UL /* most bytes that one call transfers, as on Linux */

/* readdir: calls emit for each entry after f->pos; emit returns false when its buffer is full. */
struct dir_sink {
    bool (*emit)(struct dir_sink *sink, const char *name, size_t length, uint64_t ino,
                 unsigned type, uint64_t next_pos);
};

/* Results are byte counts or −errno. A NULL member returns −EINVAL (read/write), −ESPIPE (lseek),
 * −ENOTTY (ioctl), −ENODEV (mmap), always ready (poll). */
struct file_ops {
    ssize_t (*read)(struct file *f, struct io_cursor *io, uint64_t *pos);
    ssize_t (*write)(struct file *f, struct io_cursor *io, uint64_t *pos);
    off_t (*seek)(struct file *f, off_t offset, int whence);
    int (*readdir)(struct file *f, struct dir_sink *sink);
    long (*ioctl)(struct file *f, unsigned cmd, unsigned long arg);
    unsigned (*poll)(
        struct file *f,
        struct poll_table *pt); /* POLL* mask that is ready; registers by poll_wait() */
    /* fsync(2) of bytes [from, to), what was stored into mappings of them too; `data_only`: as
     * fdatasync(2). */
    int (*fsync)(struct file *f, uint64_t from, uint64_t to, bool data_only);
    /* What was stored into mappings of bytes [from, to) goes to where the file is, so that others
     * see it. 0 or −errno. NULL: it is there. */
    int (*write_back)(struct file *f, uint64_t from, uint64_t to);
    int (*truncate)(struct file *f, uint64_t size);
    int (*fallocate)(struct file *f, int mode, uint64_t offset, uint64_t length);
    /* Before it is mapped. 0 or −errno. NULL: nothing to be done. */
    int (*mmap)(struct file *f, bool shared);
    /* Frame that backs page `index` for a mapping, with a reference; `write`: for a store into a
     * shared one. 0, −ENOMEM, −ENXIO beyond the end, −EAGAIN: only after fill_page(). Called by
     * page faults, so it must not sleep (see mm_enter()): spin locks only. NULL member: cannot be
     * mapped. */
    int (*get_page)(struct file *f, uint64_t index, bool write, paddr_t *frame);
    int (*fault)(struct vma *v, vaddr_t addr, unsigned access,
                 int *si_code); /* vm_file_fault() wherever there is get_page */
    /* Brings a page in that get_page() has not got. May sleep, under whatever lock the program's
     * memory is touched, so it takes none but mm.lock; vm_let_faults_wait() was called. 0: try
     * again; −ENOMEM; another −errno: the page cannot be had (SIGBUS). */
    int (*fill_page)(struct inode *inode, uint64_t index);
    /* Whose pages a mapping of it shows. NULL: f->inode's. */
    const struct inode *(*mapped)(const struct file *f);
    /* A page of a shared mapping is writable only from the first store on, which get_page() hears
     * of, until vm_file_clean(). */
    bool tracks_stores;
    bool maps_zeros; /* a mapping is anonymous memory, without get_page: /dev/zero */
    bool no_sigio;   /* Linux sends SIGIO for such files (O_ASYNC); not supported here */
    int (*stat)(struct file *f, struct statx *st); /* NULL: from the inode */
    const char *name; /* of a file without an inode, for /proc/self/fd: "[eventfd]"; may be NULL */
    void (*release)(struct file *f); /* last reference is gone */
    int (*flush)(struct file *f); /* a descriptor of it was closed (POSIX locks go); its result */
};

struct file {
    const struct file_ops *ops;
    struct inode *inode;   /* NULL for files without one */
    struct dentry *dentry; /* path it was opened by; NULL: none */
    void *private;
    _Atomic unsigned refs;
    _Atomic unsigned flags;                /* O_* status flags */
    _Atomic(struct epoll_item *) watchers; /* what watches it in sets of epoll; see epoll.c */
    uint64_t pos;                          /* pos_lock */
    struct mutex pos_lock;                 /* read/write/lseek on seekable files */
};

/* A page fault in a mapping of a file, which was entered: results as vm_fault(), and −EAGAIN: the
 * file must bring the page in first. For file_ops. */
int vm_file_fault(struct vma *v, vaddr_t addr, unsigned access, int *si_code);
/* Of files with fill_page(). Frees memory that they can do without. True: there was some. */
bool file_pages_reclaim(void);
void inode_get(struct inode *inode);
void inode_put(struct inode *inode);

uint64_t file_max(void); /* maximum number of open files */
struct file *file_alloc(const struct file_ops *ops,
                        unsigned flags); /* one reference; NULL: no memory */
/* The count has become 0. preserve_most (keeps all registers but r11): hot paths call it rarely. */
__attribute__((preserve_most)) void file_last_put(struct file *f);
static inline void file_get(struct file *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
}
static inline void file_put(struct file *f)
{
    lockdep_may_take(LOCKDEP_LAST_PUT);
    if (unlikely(atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) == 1))
        file_last_put(f);
}

/* Identifies the data of a file: the same for all open files of an inode, and by its number, not
 * its address, as memory is reused and a waiter in a mapping that is gone must not be taken for a
 * waiter of a later object. */
uintptr_t file_identity(const struct file *f);

/* True if the end of n bytes from pos on is a valid off_t. pos is at most INT64_MAX. */
static inline bool file_range_ok(uint64_t pos, size_t n)
{
    return (int64_t)(pos + n) >= 0; /* n is at most IO_MAX: no wrap */
}

/*
 * Reads or writes at *pos, or, if pos is NULL, at the file's own position and advances it, under
 * pos_lock on seekable files. Bytes or −errno: −EBADF (not opened for it), −EINVAL (also for a
 * range beyond INT64_MAX), and errors of the file.
 */
ssize_t file_read(struct file *f, struct io_cursor *io, uint64_t *pos);
ssize_t file_write(struct file *f, struct io_cursor *io, uint64_t *pos);
off_t file_seek(struct file *f, off_t offset, int whence);

/* Takes a reference unless the file is already freed; its memory always is a struct file. */
static inline bool file_try_get(struct file *f)
{
    unsigned refs = atomic_load_explicit(&f->refs, memory_order_relaxed);
    while (likely(refs != 0))
        if (likely(atomic_compare_exchange_weak_explicit(
                &f->refs, &refs, refs + 1, memory_order_acquire, memory_order_relaxed)))
            return true; /* pairs: file_prepare */
    return false;
}

/* Takes a file that is going away out of what watches it; NULL: nothing has ever watched a file. */
extern void (*file_unwatch)(struct file *f);

/* ops->poll calls this for each queue that is woken when readiness changes; pt may be NULL (query
 * only). `events`: those of POLLIN, POLLOUT, … for which that queue is woken; for POLLERR and
 * POLLHUP all queues of a file are. */
void poll_wait(struct poll_table *pt, struct wait_queue *wq, unsigned events);

#endif
