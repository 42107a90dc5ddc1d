/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the lifetime of inodes, their times and their stat(2). Fields that calls may
 * change at any time are atomic and have no lock.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <hermit/vfs.h>
#include <linux/fs.h>

#define DAY_NS  (86400 * SECOND)
#define SECOND  ((int64_t)NSEC_PER_SEC)
#define MAX_SEC (INT64_MAX / SECOND)

#define INO_BITS 48 /* of file_identity(): the number of the file system is above them */

struct inode *inode_alloc(struct super_block *sb, uint32_t mode)
{
    struct inode *inode = kzalloc(MAX(sb->inode_size, sizeof(*inode)));
    int64_t now = (int64_t)clock_realtime();
    if (inode == NULL)
        return NULL;
    store_relaxed(&inode->refs, 1);
    inode->sb = sb;
    inode->ino = add_relaxed(&sb->last_ino, 1) + 1;
    store_relaxed(&inode->mode, mode);
    store_relaxed(&inode->nlink, inode_is_dir(inode) ? 2 : 1);
    store_relaxed(&inode->btime, now);
    store_relaxed(&inode->atime, now);
    store_relaxed(&inode->mtime, now);
    store_relaxed(&inode->ctime, now);
    store_relaxed(&inode->seals, -1);
    mutex_init(&inode->lock, inode_is_dir(inode) ? "dir.lock" : "inode.lock");
    list_init(&inode->locks);
    return inode;
}

void inode_get(struct inode *inode)
{
    atomic_fetch_add_explicit(&inode->refs, 1, memory_order_relaxed);
}

bool inode_try_get(struct inode *inode)
{
    unsigned refs = load_relaxed(&inode->refs);
    while (refs != 0)
        if (atomic_compare_exchange_weak_explicit(&inode->refs, &refs, refs + 1,
                                                  memory_order_relaxed, memory_order_relaxed))
            return true; /* relaxed as in inode_get() */
    return false;
}

void inode_put(struct inode *inode)
{
    if (atomic_fetch_sub_explicit(&inode->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (inode->sb->backed)
        inode_forget(inode);
    if (inode->ops != NULL && inode->ops->evict != NULL)
        inode->ops->evict(inode);
    kfree(inode);
}

void inode_touch_modified(struct inode *inode)
{
    int64_t now = (int64_t)clock_realtime();
    store_relaxed(&inode->mtime, now);
    store_relaxed(&inode->ctime, now);
}

void inode_touch_changed(struct inode *inode)
{
    store_relaxed(&inode->ctime, (int64_t)clock_realtime());
}

void inode_touch_accessed(struct inode *inode)
{
    int64_t now = (int64_t)clock_realtime(), atime = load_relaxed(&inode->atime);
    if (atime <= load_relaxed(&inode->mtime) || atime <= load_relaxed(&inode->ctime) ||
        now - atime >= DAY_NS)
        store_relaxed(&inode->atime, now);
}

int64_t inode_time(int64_t sec, uint32_t nsec)
{
    if (sec >= MAX_SEC || sec < -MAX_SEC)
        return (sec < 0 ? -MAX_SEC : MAX_SEC) * SECOND;
    return sec * SECOND + nsec;
}

/* tv_nsec is never negative, before 1970 either. */
static struct statx_timestamp timestamp(int64_t ns)
{
    int64_t sec = ns / SECOND - (ns % SECOND < 0);
    return (struct statx_timestamp){.tv_sec = sec, .tv_nsec = (uint32_t)(ns - sec * SECOND)};
}

uint64_t inode_memory_blocks(const struct inode *inode)
{
    uint64_t source_pages = (load_relaxed(&inode->source_size) + PAGE_SIZE - 1) / PAGE_SIZE;
    return MAX(inode->pages.nr_pages, source_pages) * (PAGE_SIZE / 512);
}

/* Number of 512-byte blocks that hold the contents. */
static uint64_t blocks_of(const struct inode *inode)
{
    if (inode_type(inode) != S_IFREG)
        return 0;
    if (inode->sb->backed)
        return (load_relaxed(&inode->size) + 511) / 512;
    return inode_memory_blocks(inode);
}

void inode_fill_stat(struct inode *inode, struct statx *st)
{
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS | STATX_BTIME;
    st->stx_blksize = PAGE_SIZE;
    st->stx_nlink = load_relaxed(&inode->nlink);
    st->stx_uid = load_relaxed(&inode->uid);
    st->stx_gid = load_relaxed(&inode->gid);
    st->stx_mode = (uint16_t)load_relaxed(&inode->mode);
    st->stx_ino = inode->ino;
    st->stx_size = load_relaxed(&inode->size);
    st->stx_blocks = blocks_of(inode);
    st->stx_atime = timestamp(load_relaxed(&inode->atime));
    st->stx_btime = timestamp(load_relaxed(&inode->btime));
    st->stx_ctime = timestamp(load_relaxed(&inode->ctime));
    st->stx_mtime = timestamp(load_relaxed(&inode->mtime));
    st->stx_rdev_major = (uint32_t)(inode->rdev >> 20);
    st->stx_rdev_minor = (uint32_t)(inode->rdev & 0xfffff);
    st->stx_dev_minor = (uint32_t)inode->sb->dev;
}

int inode_stat(struct inode *inode, struct statx *st)
{
    if (inode->ops != NULL && inode->ops->getattr != NULL)
        return inode->ops->getattr(inode, st);
    inode_fill_stat(inode, st);
    return 0;
}

uintptr_t file_identity(const struct file *f)
{
    const struct inode *inode = f->inode;

    return inode != NULL ? inode->sb->dev << INO_BITS ^ inode->ino : (uintptr_t)f;
}
