/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the life of inodes, their times and what stat(2) says of them. Fields that
 * calls change at any time are atomic; there is no lock for them.
 */
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <hermit/vfs.h>
#include <linux/fs.h>

#define DAY_NS (86400 * NSEC_PER_SEC)

struct inode *inode_alloc(struct super_block *sb, uint32_t mode)
{
    struct inode *inode = kzalloc(sizeof(*inode));
    if (inode == NULL)
        return NULL;
    inode->refs = 1;
    inode->sb = sb;
    inode->ino = atomic_fetch_add(&sb->last_ino, 1) + 1;
    inode->mode = mode;
    inode->nlink = inode_is_dir(inode) ? 2 : 1;
    inode->btime = clock_realtime();
    inode->atime = inode->mtime = inode->ctime = inode->btime;
    inode->deny_write = -1;
    mutex_init(&inode->lock, "inode.lock");
    list_init(&inode->locks);
    return inode;
}

void inode_get(struct inode *inode)
{
    atomic_fetch_add_explicit(&inode->refs, 1, memory_order_relaxed);
}

void inode_put(struct inode *inode)
{
    if (atomic_fetch_sub_explicit(&inode->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (inode->ops != NULL && inode->ops->evict != NULL)
        inode->ops->evict(inode);
    kfree(inode);
}

void inode_touch_modified(struct inode *inode)
{
    uint64_t now = clock_realtime();
    inode->mtime = now;
    inode->ctime = now;
}

void inode_touch_changed(struct inode *inode)
{
    inode->ctime = clock_realtime();
}

void inode_touch_accessed(struct inode *inode)
{
    uint64_t now = clock_realtime(), atime = inode->atime;
    if (atime <= inode->mtime || atime <= inode->ctime || now - atime >= DAY_NS)
        inode->atime = now;
}

static struct statx_timestamp timestamp(uint64_t ns)
{
    return (struct statx_timestamp){.tv_sec = (int64_t)(ns / NSEC_PER_SEC),
                                    .tv_nsec = (uint32_t)(ns % NSEC_PER_SEC)};
}

/* Units of 512 bytes that hold the contents. */
static uint64_t blocks_of(const struct inode *inode)
{
    if (inode_type(inode) != S_IFREG)
        return 0;
    uint64_t source_pages = (inode->source_size + PAGE_SIZE - 1) / PAGE_SIZE;
    return MAX(inode->pages.nr_pages, source_pages) * (PAGE_SIZE / 512);
}

void inode_stat(struct inode *inode, struct statx *st)
{
    memset(st, 0, sizeof(*st));
    st->stx_mask = STATX_BASIC_STATS | STATX_BTIME;
    st->stx_blksize = PAGE_SIZE;
    st->stx_nlink = inode->nlink;
    st->stx_uid = inode->uid;
    st->stx_gid = inode->gid;
    st->stx_mode = (uint16_t)inode->mode;
    st->stx_ino = inode->ino;
    st->stx_size = inode->size;
    st->stx_blocks = blocks_of(inode);
    st->stx_atime = timestamp(inode->atime);
    st->stx_btime = timestamp(inode->btime);
    st->stx_ctime = timestamp(inode->ctime);
    st->stx_mtime = timestamp(inode->mtime);
    st->stx_rdev_major = (uint32_t)(inode->rdev >> 20);
    st->stx_rdev_minor = (uint32_t)(inode->rdev & 0xfffff);
    st->stx_dev_minor = (uint32_t)inode->sb->dev;
}
