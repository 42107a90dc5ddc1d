/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: inodes of the memory file system and their pages. A page that was never
 * written is a hole, or lies in the boot archive (inode->source) and is copied
 * only when it is written or mapped.
 *
 * Locks: inode->lock (sleeping) for whoever changes data or size; pages_lock (spin)
 * for the page tree, so that a page fault, which comes with mm.lock held, needs no
 * sleeping lock.
 */
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"

static void drop_frame(paddr_t frame)
{
    frame_put(frame, 0);
}

paddr_t ramfs_page(struct inode *inode, uint64_t index)
{
    unsigned long irq = spin_lock(&inode->pages_lock);
    paddr_t frame = page_tree_get(&inode->pages, index);
    if (frame != PAGE_TREE_NONE)
        frame_get(frame);
    spin_unlock(&inode->pages_lock, irq);
    return frame;
}

size_t ramfs_source(const struct inode *inode, uint64_t pos, const char **bytes)
{
    uint64_t size = inode->source_size;
    *bytes = pos < size ? inode->source + pos : ""; /* there may be no source at all */
    return pos < size ? size - pos : 0;
}

paddr_t ramfs_new_page(struct inode *inode, uint64_t index, bool fill)
{
    const char *bytes;
    if (!fill)
        return frame_alloc(0, 0);
    paddr_t frame = frame_alloc(0, FRAME_ZERO);
    if (frame != FRAME_NONE) {
        size_t n = ramfs_source(inode, index * PAGE_SIZE, &bytes);
        memcpy(phys_to_virt(frame), bytes, MIN(n, PAGE_SIZE));
    }
    return frame;
}

paddr_t ramfs_insert(struct inode *inode, uint64_t index, paddr_t frame)
{
    unsigned long irq = spin_lock(&inode->pages_lock);
    paddr_t there = page_tree_get(&inode->pages, index);
    if (there != PAGE_TREE_NONE)
        frame_get(there);
    else if (page_tree_put(&inode->pages, index, frame) == 0)
        frame_get(frame); /* one for the tree, one for the caller */
    else
        there = FRAME_NONE;
    spin_unlock(&inode->pages_lock, irq);
    if (there == PAGE_TREE_NONE)
        return frame;
    frame_put(frame, 0);
    return there;
}

int ramfs_get_page(struct file *f, uint64_t index, bool create, paddr_t *frame)
{
    struct inode *inode = f->inode;
    (void)create; /* a hole that is read may be written later: it needs its page at once */
    if (index >= (load_relaxed(&inode->size) + PAGE_SIZE - 1) / PAGE_SIZE)
        return -ENXIO;
    *frame = ramfs_page(inode, index);
    if (*frame != PAGE_TREE_NONE)
        return 0;
    paddr_t new = ramfs_new_page(inode, index, true);
    if (new == FRAME_NONE)
        return -ENOMEM;
    *frame = ramfs_insert(inode, index, new);
    return *frame == FRAME_NONE ? -ENOMEM : 0;
}

/* Zeroes bytes [from, to) of one page, if it exists or lies in the archive. inode->lock. */
static int zero_in_page(struct inode *inode, uint64_t from, uint64_t to)
{
    const char *bytes;
    uint64_t index = from / PAGE_SIZE;
    paddr_t frame = ramfs_page(inode, index);
    if (frame == PAGE_TREE_NONE && ramfs_source(inode, from, &bytes) > 0) {
        frame = ramfs_new_page(inode, index, true);
        frame = frame == FRAME_NONE ? frame : ramfs_insert(inode, index, frame);
        if (frame == FRAME_NONE)
            return -ENOSPC;
    }
    if (frame == PAGE_TREE_NONE)
        return 0;
    memset((char *)phys_to_virt(frame) + from % PAGE_SIZE, 0, to - from);
    frame_put(frame, 0);
    return 0;
}

int ramfs_punch(struct inode *inode, uint64_t from, uint64_t to)
{
    uint64_t first = (from + PAGE_SIZE - 1) / PAGE_SIZE, last = to / PAGE_SIZE; /* whole pages */
    int err = 0;
    if (from % PAGE_SIZE != 0)
        err = zero_in_page(inode, from, MIN(to, first * PAGE_SIZE));
    if (err == 0 && to % PAGE_SIZE != 0 && last >= first)
        err = zero_in_page(inode, last * PAGE_SIZE, to);
    if (err != 0 || last <= first)
        return err;
    /* Pages of the archive in the middle become pages of zeros; at the end they are cut off. */
    const char *bytes;
    for (uint64_t i = first; i < last && ramfs_source(inode, i * PAGE_SIZE, &bytes) > 0; i++) {
        if (inode->source_size <= to) {
            unsigned long irq = spin_lock(&inode->pages_lock);
            inode->source_size = i * PAGE_SIZE;
            spin_unlock(&inode->pages_lock, irq);
            break;
        }
        paddr_t page = frame_alloc(0, FRAME_ZERO);
        if (page == FRAME_NONE)
            return -ENOSPC;
        page = ramfs_insert(inode, i, page);
        if (page == FRAME_NONE)
            return -ENOSPC;
        memset(phys_to_virt(page), 0, PAGE_SIZE);
        frame_put(page, 0);
        first = i + 1;
    }
    if (first >= last)
        return 0;
    unsigned long irq = spin_lock(&inode->pages_lock);
    page_tree_remove(&inode->pages, first, last - 1, drop_frame);
    spin_unlock(&inode->pages_lock, irq);
    vm_file_unmap(inode, first * PAGE_SIZE, last * PAGE_SIZE, false);
    return 0;
}

/* inode->lock. */
static int shrink(struct inode *inode, uint64_t size)
{
    int err = 0;
    if (size % PAGE_SIZE != 0)
        err = zero_in_page(inode, size, ALIGN_UP(size, PAGE_SIZE));
    if (err != 0)
        return err;
    store_relaxed(&inode->size, size);
    unsigned long irq = spin_lock(&inode->pages_lock);
    inode->source_size = MIN(inode->source_size, size);
    page_tree_remove(&inode->pages, (size + PAGE_SIZE - 1) / PAGE_SIZE, UINT64_MAX / PAGE_SIZE,
                     drop_frame);
    spin_unlock(&inode->pages_lock, irq);
    vm_file_unmap(inode, ALIGN_UP(size, PAGE_SIZE), ALIGN_DOWN(UINT64_MAX, PAGE_SIZE), true);
    return 0;
}

static int ramfs_truncate(struct inode *inode, uint64_t size)
{
    int err = 0;
    if (size > INT64_MAX)
        return -EFBIG;
    mutex_lock(&inode->lock);
    if (load_relaxed(&inode->deny_write) > 0)
        err = ramfs_check_seals(inode, load_relaxed(&inode->size), size, false);
    if (err == 0) {
        if (size < load_relaxed(&inode->size))
            err = shrink(inode, size);
        else
            store_relaxed(&inode->size, size);
    }
    if (err == 0)
        inode_touch_modified(inode);
    mutex_unlock(&inode->lock);
    return err;
}

static void ramfs_evict(struct inode *inode)
{
    if (inode_type(inode) == S_IFREG)
        page_tree_remove(&inode->pages, 0, UINT64_MAX / PAGE_SIZE, drop_frame);
    else if (inode_is_link(inode))
        kfree(inode->link);
}

static const struct inode_ops ramfs_inode_ops = {
    .truncate = ramfs_truncate,
    .evict = ramfs_evict,
};

static const struct inode_ops plain_inode_ops = {.evict = ramfs_evict};
static const struct inode_ops fifo_inode_ops = {.open = fifo_open};
static const struct inode_ops device_inode_ops = {.open = device_open};
static const struct file_ops none_file_ops = {.release = vfs_file_release};

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
        inode->fops = &dir_file_ops;
        break;
    case S_IFLNK:
        store_relaxed(&inode->size, strlen(target));
        inode->link = kmalloc(load_relaxed(&inode->size) + 1);
        if (inode->link == NULL)
            return -ENOMEM;
        memcpy(inode->link, target, load_relaxed(&inode->size) + 1);
        break;
    case S_IFIFO:
        inode->ops = &fifo_inode_ops;
        break;
    case S_IFCHR:
    case S_IFBLK:
        inode->ops = &device_inode_ops;
        break;
    }
    return 0;
}

struct inode *ramfs_inode(struct super_block *sb, uint32_t mode, uint64_t rdev, const char *target)
{
    struct inode *inode = inode_alloc(sb, mode);
    if (inode == NULL)
        return NULL;
    inode->rdev = rdev;
    if (set_operations(inode, target) != 0) {
        inode_put(inode);
        return NULL;
    }
    return inode;
}

struct super_block *ramfs_create(const char *type)
{
    return super_create(type, type, 0x01021994 /* TMPFS_MAGIC */, &plain_inode_ops, S_IFDIR | 0755);
}
