/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the lifetime of open files. The memory of a struct file is never used for
 * anything else (free ones stay on a list), so fd_get() may try to take a reference
 * of a file that is being freed: it sees the count 0, or notices that the descriptor
 * has another file by now.
 *
 * Lock: free_lock protects the list of free files; the slabs' locks are taken inside.
 */
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/file.h>
#include <hermit/kmalloc.h>
#include <hermit/poison.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "file_internal.h"

static struct spinlock free_lock = SPINLOCK_INIT("file_free");
static struct file *free_files; /* linked by `private` */

/* Not poisoned: the count, which fd_get() may still read, and `private`, the link. */
#define POISON_FRONT offsetof(struct file, private)
#define POISON_BACK  (sizeof(struct file) - offsetof(struct file, pos))

static void poison_file(struct file *f)
{
    poison_fill(f, POISON_FRONT);
    poison_fill(&f->pos, POISON_BACK);
}

static void check_poisoned(const struct file *f)
{
    poison_check(f, POISON_FRONT, "struct file", NULL);
    poison_check(&f->pos, POISON_BACK, "struct file, from pos on,", NULL);
}

static struct file *free_list_pop(void)
{
    unsigned long irq = spin_lock(&free_lock);
    struct file *f = free_files;
    if (f != NULL)
        free_files = f->private;
    spin_unlock(&free_lock, irq);
    if (f != NULL)
        check_poisoned(f);
    return f;
}

/* Sets all fields; the reference count last. */
void file_prepare(struct file *f, const struct file_ops *ops, unsigned flags)
{
    f->ops = ops;
    f->inode = NULL;
    f->dentry = NULL;
    f->private = NULL;
    f->pos = 0;
    mutex_init(&f->pos_lock, "file.pos_lock");
    atomic_store_explicit(&f->flags, flags, memory_order_relaxed);
    /* Release, pairs with file_try_get(): a task that gets a reference sees the fields above. */
    atomic_store_explicit(&f->refs, 1, memory_order_release);
}

uint64_t file_max(void)
{
    struct frame_stats frames;
    frame_stats(&frames);
    return frames.total / 4 / sizeof(struct file);
}

/* Files have their own cache: they are never freed, and would pin the slabs of other objects. They
 * may take up to a quarter of memory. */
static struct file *new_file(void)
{
    static struct kmem_cache *cache; /* free_lock */
    static uint64_t nr, most;        /* free_lock */
    struct file *f = NULL;
    unsigned long irq = spin_lock(&free_lock);
    if (cache == NULL) {
        cache = kmem_cache_create("file", sizeof(struct file), 0);
        most = file_max();
    }
    if (nr < most)
        f = kmem_cache_alloc(cache, 0);
    nr += f != NULL;
    spin_unlock(&free_lock, irq);
    if (f != NULL)
        memset(f, 0, sizeof(*f));
    return f;
}

struct file *file_alloc(const struct file_ops *ops, unsigned flags)
{
    struct file *f = free_list_pop();
    if (f == NULL)
        f = new_file();
    if (f != NULL)
        file_prepare(f, ops, flags);
    return f;
}

void (*file_unwatch)(struct file *f);

__attribute__((preserve_most)) void file_last_put(struct file *f)
{
    chaos_point("file_last_put");
    lockdep_sleep_acquired(f, LOCKDEP_LAST_PUT);
    /* Acquire: what was done to leave the list is done; pairs with unlink_watcher() in epoll.c. */
    if (unlikely(atomic_load_explicit(&f->watchers, memory_order_acquire) != NULL))
        peek(file_unwatch)(f); /* set before the first file was watched */
    if (f->ops->release != NULL)
        f->ops->release(f);
    lockdep_sleep_release(f);
    poison_file(f);
    unsigned long irq = spin_lock(&free_lock);
    f->private = free_files;
    free_files = f;
    spin_unlock(&free_lock, irq);
}

static bool may_read(const struct file *f)
{
    return (load_relaxed(&f->flags) & O_ACCMODE) != O_WRONLY;
}

static bool may_write(const struct file *f)
{
    return (load_relaxed(&f->flags) & O_ACCMODE) != O_RDONLY;
}

/* Runs op at the file's own position, under pos_lock. An error leaves it where it was, although
 * op may have moved to the end for O_APPEND. */
__attribute__((noinline)) static ssize_t
at_own_position(struct file *f, struct io_cursor *io,
                ssize_t (*op)(struct file *, struct io_cursor *, uint64_t *))
{
    mutex_lock(&f->pos_lock);
    uint64_t pos = f->pos;
    ssize_t n = likely(file_range_ok(pos, io->left)) ? op(f, io, &pos) : -EINVAL;
    if (n >= 0)
        f->pos = pos;
    mutex_unlock(&f->pos_lock);
    return n;
}

ssize_t file_read(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    if (!may_read(f))
        return -EBADF;
    if (f->ops->read == NULL)
        return load_relaxed(&f->flags) & O_PATH ? -EBADF : -EINVAL;
    if (pos == NULL && f->ops->seek != NULL)
        return at_own_position(f, io, f->ops->read);
    if (pos != NULL && unlikely(!file_range_ok(*pos, io->left)))
        return -EINVAL;
    return f->ops->read(f, io, pos != NULL ? pos : &f->pos); /* files without seek ignore it */
}

ssize_t file_write(struct file *f, struct io_cursor *io, uint64_t *pos)
{
    if (!may_write(f))
        return -EBADF;
    if (f->ops->write == NULL)
        return -EINVAL;
    if (pos == NULL && f->ops->seek != NULL)
        return at_own_position(f, io, f->ops->write);
    if (pos != NULL && unlikely(!file_range_ok(*pos, io->left)))
        return -EINVAL;
    return f->ops->write(f, io, pos != NULL ? pos : &f->pos); /* files without seek ignore it */
}

off_t file_seek(struct file *f, off_t offset, int whence)
{
    if (f->ops->seek == NULL)
        return -ESPIPE;
    mutex_lock(&f->pos_lock);
    off_t pos = f->ops->seek(f, offset, whence);
    mutex_unlock(&f->pos_lock);
    return pos;
}

int file_stat_anonymous(struct file *f, struct statx *st)
{
    (void)f;
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS;
    st->stx_mode = 0600; /* an anonymous inode has no type, as on Linux */
    st->stx_nlink = 1;
    st->stx_ino = 1;
    st->stx_blksize = PAGE_SIZE;
    st->stx_dev_minor = 13;
    return 0;
}
