/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: file locks. Each inode has a list of them: flock(2) locks, one per open
 * file, and record locks; those of one owner do not overlap, are merged where they
 * touch, and are sorted.
 *
 * Lock: locks_lock (sleeping, one for all) protects every list, and the list of
 * waiting requests. They sleep on lock_freed, which every removal wakes. A lock is
 * freed by the last put of the open file that owns it, or, if the process owns it,
 * by the close of any descriptor of the inode. A waiting request holds its file by
 * the reference of its call.
 */
#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

/* NOLINTBEGIN(clang-analyzer-unix.Malloc, clang-analyzer-core.NullDereference): the analyzer does
 * not see that freed locks have left their lists, and that set_record() has called splits(). */

struct file_lock {
    struct list link;
    const struct file *owner; /* NULL: the process */
    bool flock, exclusive;
    uint64_t start, end; /* last byte */
};

/* A waiting request, on its call's stack. */
struct lock_request {
    struct list link;
    struct inode *inode;
    const struct file_lock *want;
};

static struct mutex locks_lock = MUTEX_INIT(locks_lock);
static struct list requests = LIST_INIT(requests);
static struct wait_queue lock_freed = WAIT_QUEUE_INIT(lock_freed);

static void lock_drop(struct file_lock *l)
{
    list_remove(&l->link);
    kfree(l);
}

static bool overlaps(const struct file_lock *a, const struct file_lock *b)
{
    return a->start <= b->end && b->start <= a->end;
}

static bool same_owner(const struct file_lock *a, const struct file_lock *b)
{
    return a->flock == b->flock && a->owner == b->owner;
}

/* A conflicting lock of another owner; NULL: none. Locked. */
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

/*
 * True if the process would wait for an open file's lock while a request of that
 * file waits for a lock of the process. Does not check requests of open files, as
 * on Linux: a file may belong to any process. Locked.
 */
static bool would_deadlock(const struct file_lock *want, const struct file_lock *blocker)
{
    if (want->flock || want->owner != NULL)
        return false;
    list_for_each (it, &requests) {
        struct lock_request *r = list_entry(it, struct lock_request, link);
        if (!same_owner(r->want, blocker))
            continue;
        const struct file_lock *l = find_conflict(r->inode, r->want);
        if (l != NULL && l->owner == NULL)
            return true;
    }
    return false;
}

/* Waits until there is no conflict. 0, −EAGAIN, −EDEADLK, −ERESTARTSYS. Locked. */
static int wait_for_others(struct inode *inode, const struct file_lock *want, bool wait)
{
    struct lock_request request = {.inode = inode, .want = want};
    const struct file_lock *blocker;
    list_push_back(&requests, &request.link);
    int err = wait_locked((blocker = find_conflict(inode, want)) == NULL ||
                              (wait && would_deadlock(want, blocker)),
                          !wait, wait_unlocked(&locks_lock, &lock_freed, TIME_FOREVER));
    list_remove(&request.link);
    return err == 0 && blocker != NULL ? -EDEADLK : err;
}

/* True if removing the range from the owner's locks splits one in two. Locked. */
static bool splits(struct inode *inode, const struct file_lock *range)
{
    list_for_each (it, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (same_owner(l, range) && l->start < range->start && l->end > range->end)
            return true;
    }
    return false;
}

/* Removes [start, end] from the owner's locks; *spare becomes the second half of a split one. */
static void cut_out(struct inode *inode, const struct file_lock *range, struct file_lock **spare)
{
    list_for_each_safe (it, tmp, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (!same_owner(l, range) || !overlaps(l, range))
            continue;
        bool before = l->start<range->start, after = l->end> range->end;
        if (before && after) {
            **spare = *l;
            (*spare)->start = range->end + 1;
            list_push_front(&l->link, &(*spare)->link); /* after l */
            *spare = NULL;
        }
        if (before)
            l->end = range->start - 1;
        else if (after)
            l->start = range->end + 1;
        else
            lock_drop(l);
    }
}

/* Merges the owner's locks of the same kind that touch the new one into it. Locked. */
static void absorb_neighbours(struct inode *inode, struct file_lock *new)
{
    list_for_each_safe (it, tmp, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (!same_owner(l, new) || l->exclusive != new->exclusive ||
            (l->end + 1 != new->start &&new->end + 1 != l->start))
            continue;
        new->start = MIN(new->start, l->start);
        new->end = MAX(new->end, l->end);
        lock_drop(l);
    }
}

/* The entry before which to insert the lock: sorted among its owner's locks; an owner's first lock
 * goes to the list's end. */
static struct list *place_for(struct inode *inode, const struct file_lock *new)
{
    struct list *place = &inode->locks;
    list_for_each (it, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (!same_owner(l, new))
            continue;
        if (l->start > new->start)
            return it;
        place = it->next;
    }
    return place;
}

/* Replaces the owner's locks in the range by `want`, or removes them. 0, −ENOLCK, and the errors of
 * wait_for_others(). */
static int set_record(struct inode *inode, const struct file_lock *want, bool unlock, bool wait)
{
    struct file_lock *new = unlock ? NULL : kmalloc(sizeof(*new));
    struct file_lock *spare = kmalloc_for(sizeof(*spare), unlock ? FRAME_FREEING : 0);
    mutex_lock(&locks_lock);
    int err = unlock ? 0 : wait_for_others(inode, want, wait);
    if (err == 0 && ((!unlock && new == NULL) || (spare == NULL && splits(inode, want))))
        err = -ENOLCK;
    if (err == 0) {
        cut_out(inode, want, &spare);
        if (!unlock) {
            *new = *want;
            absorb_neighbours(inode, new);
            list_push_back(place_for(inode, new), &new->link);
            new = NULL;
        }
        wake_all(&lock_freed);
    }
    mutex_unlock(&locks_lock);
    kfree(new);
    kfree(spare);
    return err;
}

/* The open file's flock(2) lock; NULL: none. Locked. */
static struct file_lock *find_flock(struct inode *inode, const struct file *owner)
{
    list_for_each (it, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (l->flock && l->owner == owner)
            return l;
    }
    return NULL;
}

static void drop_flock(struct inode *inode, const struct file *owner)
{
    struct file_lock *l = find_flock(inode, owner);
    if (l == NULL)
        return;
    lock_drop(l);
    wake_all(&lock_freed);
}

/* Drops a lock of the other kind first, even if the new one cannot be acquired, so that two shared
 * holders do not wait for each other. As on Linux. */
static int set_flock(struct inode *inode, const struct file_lock *want, bool wait)
{
    struct file_lock *new = kmalloc(sizeof(*new));
    int err = 0;
    if (new == NULL)
        return -ENOMEM;
    mutex_lock(&locks_lock);
    const struct file_lock *old = find_flock(inode, want->owner);
    if (old == NULL || old->exclusive != want->exclusive) {
        drop_flock(inode, want->owner);
        err = wait_for_others(inode, want, wait);
        if (err == 0) {
            drop_flock(inode, want->owner); /* another thread may have set one meanwhile */
            *new = *want;
            list_push_back(&inode->locks, &new->link);
            new = NULL;
        }
    }
    mutex_unlock(&locks_lock);
    kfree(new);
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

static long get_lock(struct inode *inode, struct flock *fl, const struct file_lock *want,
                     unsigned long user)
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
    return copy_to_user(user_ptr(user), fl, sizeof(*fl));
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

/* Checks in Linux's order: type, range, mode, and the reserved l_pid. */
static int check_request(struct file *f, const struct flock *fl, bool get, bool ofd,
                         struct file_lock *want)
{
    if (get && fl->l_type != F_RDLCK && fl->l_type != F_WRLCK)
        return -EINVAL;
    int err = lock_range(f, fl, want);
    if (err == 0 && !get)
        err = check_mode(f, fl->l_type);
    if (err == 0 && ofd && fl->l_pid != 0)
        err = -EINVAL;
    return err;
}

/* True if another thread closed the descriptor while this one waited: that close found no lock to
 * drop. */
static bool was_closed(const struct file *f, int fd)
{
    struct file *now = fd_get_raw(fd);
    if (now != NULL)
        file_put(now);
    return now != f;
}

long lock_fcntl(struct file *f, int fd, unsigned cmd, unsigned long user)
{
    bool ofd = cmd == F_OFD_GETLK || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;
    bool get = cmd == F_GETLK || cmd == F_OFD_GETLK;
    struct flock fl;
    if (copy_from_user(&fl, user_ptr(user), sizeof(fl)) != 0)
        return -EFAULT;
    if (f->inode == NULL)
        return -EINVAL;
    struct file_lock want = {.owner = ofd ? f : NULL, .exclusive = fl.l_type == F_WRLCK};
    int err = check_request(f, &fl, get, ofd, &want);
    if (err != 0)
        return err;
    if (get)
        return get_lock(f->inode, &fl, &want, user);
    bool unlock = fl.l_type == F_UNLCK;
    err = set_record(f->inode, &want, unlock, cmd == F_SETLKW || cmd == F_OFD_SETLKW);
    if (err == 0 && !unlock && !ofd && was_closed(f, fd)) {
        locks_flush(f);
        err = -EBADF;
    }
    return err;
}

long lock_flock(struct file *f, int how)
{
    int type = how & ~LOCK_NB;
    if (type != LOCK_SH && type != LOCK_EX && type != LOCK_UN)
        return -EINVAL;
    if (f->inode == NULL)
        return -EBADF;
    if (type == LOCK_UN) {
        mutex_lock(&locks_lock);
        drop_flock(f->inode, f);
        mutex_unlock(&locks_lock);
        return 0;
    }
    struct file_lock want = {
        .owner = f, .flock = true, .exclusive = type == LOCK_EX, .end = INT64_MAX};
    return set_flock(f->inode, &want, !(how & LOCK_NB));
}

static void drop_owned(struct inode *inode, const struct file *owner)
{
    if (list_empty(&inode->locks))
        return; /* no lock needed: this owner's locks were set by earlier calls */
    mutex_lock(&locks_lock);
    list_for_each_safe (it, tmp, &inode->locks) {
        struct file_lock *l = list_entry(it, struct file_lock, link);
        if (l->owner == owner)
            lock_drop(l);
    }
    wake_all(&lock_freed);
    mutex_unlock(&locks_lock);
}

int locks_flush(struct file *f)
{
    drop_owned(f->inode, NULL);
    return 0;
}

void locks_release(struct file *f)
{
    drop_owned(f->inode, f);
}

/* NOLINTEND(clang-analyzer-unix.Malloc, clang-analyzer-core.NullDereference) */
