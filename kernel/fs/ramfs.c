/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: inodes of the memory file system; ramfs_pages.c owns their pages. */
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"
#include "xattr_memory.h"
#include <hermit/size_limit.h>

/* True if fallocate(2) made pages after the end, which truncation to the same size removes. */
static bool has_pages_behind(struct inode *inode, uint64_t size)
{
    if (size != load_relaxed(&inode->size))
        return false;
    unsigned long irq = spin_lock(&inode->pages_lock);
    uint64_t next = page_tree_next(&inode->pages, (size + PAGE_SIZE - 1) / PAGE_SIZE);
    spin_unlock(&inode->pages_lock, irq);
    return next != UINT64_MAX;
}

int ramfs_truncate(struct inode *inode, uint64_t size)
{
    mutex_lock(&inode->lock);
    int err = size_limit_grow(load_relaxed(&inode->size), size);
    if (err == 0 && load_relaxed(&inode->seals) > 0)
        err = ramfs_check_seals(inode, load_relaxed(&inode->size), size, false);
    if (err == 0) {
        if (size < load_relaxed(&inode->size) || has_pages_behind(inode, size))
            ramfs_shrink(inode, size);
        else
            store_relaxed(&inode->size, size);
        inode_touch_modified(inode);
    }
    mutex_unlock(&inode->lock);
    return err;
}

static void ramfs_evict(struct inode *inode)
{
    if (inode_type(inode) == S_IFREG)
        ramfs_drop_pages(inode);
    else if (inode_is_link(inode))
        kfree(load_relaxed(&inode->link));
    xattr_memory_free(inode);
    ramfs_uncharge_inode(inode->sb);
}

static const struct inode_ops ramfs_inode_ops = {
    .truncate = ramfs_truncate,
    .evict = ramfs_evict,
};

int ramfs_make(struct inode *dir, const struct new_file *file, struct found *found)
{
    found->inode = ramfs_inode(dir->sb, file->mode, file->rdev, file->target);
    found->valid_ns = VALID_FOR_EVER;
    return found->inode != NULL ? 0 : -ENOSPC;
}

/* The first name of a file that was made without one is paid for. */
static int ramfs_link(struct inode *dir, const struct name *name, struct inode *inode)
{
    (void)name;
    return load_relaxed(&inode->nlink) == 0 || ramfs_charge_inode(dir->sb) ? 0 : -ENOSPC;
}

/* The inode pays for its last name. */
static int ramfs_remove(struct inode *dir, const struct name *name, struct inode *inode)
{
    (void)name;
    if (!inode_is_dir(inode) && load_relaxed(&inode->nlink) > 1)
        ramfs_uncharge_inode(dir->sb);
    return 0;
}

static const struct inode_ops folder_inode_ops = {
    .make = ramfs_make, .link = ramfs_link, .remove = ramfs_remove, .evict = ramfs_evict};
static const struct inode_ops plain_inode_ops = {.evict = ramfs_evict};
static const struct inode_ops fifo_inode_ops = {.open = fifo_open, .evict = ramfs_evict};
static const struct inode_ops device_inode_ops = {.open = device_open, .evict = ramfs_evict};
const struct file_ops none_file_ops = {.release = vfs_file_release};

int ramfs_copy_target(struct inode *inode, const char *target)
{
    size_t n = strlen(target);
    char *copy = kmalloc(n + 1);
    if (copy == NULL)
        return -ENOMEM;
    memcpy(copy, target, n + 1);
    store_relaxed(&inode->link, copy);
    store_relaxed(&inode->size, n);
    return 0;
}

static int set_operations(struct inode *inode, const char *target)
{
    inode->fops = &none_file_ops;
    inode->ops = &plain_inode_ops;
    switch (inode_type(inode)) {
    case S_IFREG:
        inode->ops = &ramfs_inode_ops;
        inode->fops = &ramfs_file_ops;
        spin_init(&inode->pages_lock, "ramfs_pages");
        break;
    case S_IFDIR:
        inode->ops = &folder_inode_ops;
        inode->fops = &dir_file_ops;
        break;
    case S_IFLNK:
        store_relaxed(&inode->size, strlen(target));
        return ramfs_copy_target(inode, target);
    case S_IFIFO:
        inode->ops = &fifo_inode_ops;
        break;
    case S_IFCHR:
    case S_IFBLK:
    case S_IFSOCK: /* cannot be opened, as a device without a driver */
        inode->ops = &device_inode_ops;
        break;
    }
    return 0;
}

struct inode *ramfs_inode(struct super_block *sb, uint32_t mode, uint64_t rdev, const char *target)
{
    if (!ramfs_charge_inode(sb))
        return NULL;
    struct inode *inode = inode_alloc(sb, mode);
    if (inode == NULL) {
        ramfs_uncharge_inode(sb);
        return NULL;
    }
    inode->rdev = rdev;
    if (set_operations(inode, target) != 0) {
        inode_put(inode);
        return NULL;
    }
    return inode;
}

struct super_block *ramfs_create(const char *type)
{
    struct super_block *sb =
        super_create(type, type, TMPFS_MAGIC, &folder_inode_ops, S_IFDIR | 0755);
    struct frame_stats mem;
    frame_stats(&mem);
    if (sb == NULL)
        return NULL;
    sb->max_pages = sb->max_inodes = mem.total / PAGE_SIZE / 2; /* as tmpfs */
    sb->keeps_xattrs = true;
    return sb;
}
