/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: locks of files. Each inode has a list of them; an owner's record locks do
 * not overlap.
 *
 * Lock: locks_lock (sleeping, one for all) protects every list. Whoever waits for
 * a lock sleeps on lock_freed, which every removal wakes.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/signal.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

struct file_lock {
    struct list link;
    struct file *owner; /* NULL: the process */
    bool flock, exclusive;
    uint64_t start, end; /* last byte */
};

static struct mutex locks_lock = MUTEX_INIT(locks_lock);
static struct wait_queue lock_freed = WAIT_QUEUE_INIT(lock_freed);
static _Atomic unsigned freed_count;

static void lock_drop(struct file_lock *l)
{
    list_remove(&l->link);
    kfree(l);
}

static void lock_was_freed(void)
{
    add_relaxed(&freed_count, 1);
    wake_all(&lock_freed);
}

static bool overlaps(const struct file_lock *a, const struct file_lock *b)
{
    return a->start <= b->end && b->start <= a->end;
}

/* A lock of somebody else that stands in the way. locks_lock. */
static struct file_lock *find_conflict(struct inode *inode, const struct file_lock *want)
{
    list_for_each (it, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (l->flock == want->flock && l->owner != want->owner && overlaps(l, want) &&
            (l->exclusive || want->exclusive))
            return l;
    }
    return NULL;
}

/* Takes [start, end] out of the owner's locks; `spare` becomes the second half of a split one. */
static struct file_lock *cut_out(struct inode *inode, const struct file_lock *range,
                                 struct file_lock *spare)
{
    list_for_each_safe (it, tmp, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (l->flock != range->flock || l->owner != range->owner || !overlaps(l, range))
            continue;
        bool before = l->start<range->start, after = l->end> range->end;
        if (before && after) {
            *spare = *l;
            spare->start = range->end + 1;
            list_push_back(&inode->locks, &spare->link);
            spare = NULL;
            l->end = range->start - 1;
        } else if (before) {
            l->end = range->start - 1;
        } else if (after) {
            l->start = range->end + 1;
        } else {
            lock_drop(l);
        }
    }
    return spare;
}

/* Replaces what the owner has in the range by `want`, or by nothing (type F_UNLCK). */
static int lock_apply(struct inode *inode, const struct file_lock *want, bool unlock, bool wait)
{
    struct file_lock *new = kmalloc(sizeof(*new)), *spare = kmalloc(sizeof(*spare));
    int err = new == NULL || spare == NULL ? -ENOLCK : 0;
    mutex_lock(&locks_lock);
    while (err == 0 && !unlock && find_conflict(inode, want) != NULL) {
        unsigned seen = load_relaxed(&freed_count);
        if (!wait) {
            err = -EAGAIN;
            break;
        }
        mutex_unlock(&locks_lock);
        if (wait_event(&lock_freed, load_relaxed(&freed_count) != seen, WAIT_INTERRUPTIBLE,
                       TIME_FOREVER) != 0)
            err = -ERESTARTSYS;
        mutex_lock(&locks_lock);
    }
    if (err == 0) {
        spare = cut_out(inode, want, spare);
        if (!unlock) {
            *new = *want;
            list_push_back(&inode->locks, &new->link);
            new = NULL;
        }
        lock_was_freed();
    }
    mutex_unlock(&locks_lock);
    kfree(new);
    kfree(spare);
    return err;
}

/* The range of a struct flock in absolute bytes. 0, −EINVAL, −EOVERFLOW. */
static int lock_range(struct file *f, const struct flock *fl, struct file_lock *range)
{
    long start = fl->l_start, base = 0, end;
    if (fl->l_whence == SEEK_CUR)
        base = (long)f->pos;
    else if (fl->l_whence == SEEK_END)
        base = (long)load_relaxed(&f->inode->size);
    else if (fl->l_whence != SEEK_SET)
        return -EINVAL;
    if (__builtin_add_overflow(base, start, &start))
        return -EOVERFLOW;
    if (start < 0)
        return -EINVAL;
    end = INT64_MAX;
    if (fl->l_len > 0 && __builtin_add_overflow(start, fl->l_len - 1, &end))
        return -EOVERFLOW;
    if (fl->l_len < 0) {
        end = start - 1;
        if (__builtin_add_overflow(start, fl->l_len, &start) || start < 0)
            return -EINVAL;
    }
    range->start = (uint64_t)start;
    range->end = (uint64_t)end;
    return 0;
}

static long get_lock(struct inode *inode, struct flock *fl, const struct file_lock *want, long user)
{
    mutex_lock(&locks_lock);
    struct file_lock *l = find_conflict(inode, want);
    fl->l_type = F_UNLCK;
    if (l != NULL) {
        fl->l_type = l->exclusive ? F_WRLCK : F_RDLCK;
        fl->l_whence = SEEK_SET;
        fl->l_start = (long)l->start;
        fl->l_len = l->end == INT64_MAX ? 0 : (long)(l->end - l->start + 1);
        fl->l_pid = l->owner == NULL ? PROCESS_ID : -1;
    }
    mutex_unlock(&locks_lock);
    return copy_to_user((void *)user, fl, sizeof(*fl));
}

static int check_mode(const struct file *f, short type)
{
    unsigned mode = load_relaxed(&f->flags) & O_ACCMODE;
    if (type == F_RDLCK)
        return mode == O_WRONLY ? -EBADF : 0;
    if (type == F_WRLCK)
        return mode == O_RDONLY ? -EBADF : 0;
    return type == F_UNLCK ? 0 : -EINVAL;
}

long lock_fcntl(struct file *f, unsigned cmd, long user)
{
    bool ofd = cmd == F_OFD_GETLK || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;
    bool get = cmd == F_GETLK || cmd == F_OFD_GETLK;
    struct flock fl;
    if (copy_from_user(&fl, (const void *)user, sizeof(fl)) != 0)
        return -EFAULT;
    if (f->inode == NULL)
        return -EINVAL;
    if (ofd && fl.l_pid != 0)
        return -EINVAL;
    struct file_lock want = {.owner = ofd ? f : NULL, .exclusive = fl.l_type == F_WRLCK};
    if (get && fl.l_type != F_RDLCK && fl.l_type != F_WRLCK)
        return -EINVAL;
    int err = lock_range(f, &fl, &want);
    if (err == 0 && !get)
        err = check_mode(f, fl.l_type);
    if (err != 0)
        return err;
    if (get)
        return get_lock(f->inode, &fl, &want, user);
    return lock_apply(f->inode, &want, fl.l_type == F_UNLCK,
                      cmd == F_SETLKW || cmd == F_OFD_SETLKW);
}

long lock_flock(struct file *f, int how)
{
    bool wait = !(how & LOCK_NB);
    int type = how & ~LOCK_NB;
    if (type != LOCK_SH && type != LOCK_EX && type != LOCK_UN)
        return -EINVAL;
    if (f->inode == NULL)
        return -EBADF;
    struct file_lock want = {
        .owner = f, .flock = true, .exclusive = type == LOCK_EX, .end = INT64_MAX};
    return lock_apply(f->inode, &want, type == LOCK_UN, wait);
}

static void drop_owned(struct inode *inode, const struct file *owner)
{
    if (list_empty(&inode->locks))
        return; /* locks of this owner were set by calls that came before */
    mutex_lock(&locks_lock);
    list_for_each_safe (it, tmp, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (l->owner == owner)
            lock_drop(l);
    }
    lock_was_freed();
    mutex_unlock(&locks_lock);
}

void locks_flush(struct file *f)
{
    drop_owned(f->inode, NULL);
}

void locks_release(struct file *f)
{
    drop_owned(f->inode, f);
}
