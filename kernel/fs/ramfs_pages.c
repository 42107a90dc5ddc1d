/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the pages of files in memory, and the charges for them and for inodes.
 *
 * Locks: inode->lock (sleeping) for changes of data or size; pages_lock (spin) for
 * the page tree, so that a page fault, which must not sleep, needs no sleeping lock.
 * Hence a fault may add a page at any time; inode->cuts tells it that pages were
 * removed while it made one. pages_lock is held for at most PIECE pages at a time.
 */
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/sched.h>
#include <hermit/signal_pending.h>
#include <hermit/string.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"

#define PIECE     64UL
#define LAST_PAGE (UINT64_MAX / PAGE_SIZE)

static bool charge(_Atomic uint64_t *used, uint64_t max, uint64_t n)
{
    uint64_t now = load_relaxed(used);
    do {
        if (max != 0 && now + n > max)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(used, &now, now + n, memory_order_relaxed,
                                                    memory_order_relaxed)); /* a count only */
    return true;
}

static void uncharge(_Atomic uint64_t *used, uint64_t n)
{
    sub_relaxed(used, n);
}

bool ramfs_charge_inode(struct super_block *sb)
{
    return charge(&sb->used_inodes, sb->max_inodes, 1);
}

void ramfs_uncharge_inode(struct super_block *sb)
{
    uncharge(&sb->used_inodes, 1);
}

bool ramfs_charge_pages(struct super_block *sb, uint64_t n)
{
    return charge(&sb->used_pages, sb->max_pages, n);
}

void ramfs_uncharge_pages(struct super_block *sb, uint64_t n)
{
    uncharge(&sb->used_pages, n);
}

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
    uint64_t size = load_relaxed(&inode->source_size);
    *bytes = pos < size ? inode->source + pos : ""; /* inode->source may be NULL */
    return pos < size ? size - pos : 0;
}

/* Charges the file system and allocates a frame. 0, −ENOSPC, −ENOMEM. Sleeps if it is not for a
 * page fault. */
static int buy_frame(struct inode *inode, unsigned flags, paddr_t *frame)
{
    if (unlikely(frame_low()) && !(flags & FRAME_FAULT))
        file_pages_reclaim(); /* result ignored: there may be memory in any case */
    if (!charge(&inode->sb->used_pages, inode->sb->max_pages, 1))
        return -ENOSPC;
    *frame = frame_alloc(0, flags);
    if (*frame != FRAME_NONE)
        return 0;
    uncharge(&inode->sb->used_pages, 1);
    return -ENOMEM;
}

int ramfs_new_page(struct inode *inode, uint64_t index, bool fill, unsigned flags, paddr_t *frame)
{
    const char *bytes;
    int err = buy_frame(inode, fill ? flags | FRAME_ZERO : flags, frame);
    if (err == 0 && fill) {
        size_t n = ramfs_source(inode, index * PAGE_SIZE, &bytes);
        memcpy(phys_to_virt(*frame), bytes, MIN(n, PAGE_SIZE));
    }
    return err;
}

void ramfs_free_page(struct inode *inode, paddr_t frame)
{
    frame_put(frame, 0);
    uncharge(&inode->sb->used_pages, 1);
}

/* As ramfs_insert, and −EAGAIN if pages were removed after `cuts` was read. */
static int insert(struct inode *inode, uint64_t index, paddr_t *frame, uint32_t cuts,
                  unsigned flags)
{
    int err = 0;
    paddr_t new = *frame;
    unsigned long irq = spin_lock(&inode->pages_lock);
    paddr_t there = page_tree_get(&inode->pages, index);
    if (load_relaxed(&inode->cuts) != cuts) /* changes under lock */
        err = -EAGAIN;
    else if (there != PAGE_TREE_NONE)
        *frame = there;
    else
        err = page_tree_put(&inode->pages, index, new, flags);
    if (err == 0)
        frame_get(*frame); /* the tree has its own reference */
    spin_unlock(&inode->pages_lock, irq);
    if (err != 0 || *frame != new)
        ramfs_free_page(inode, new);
    return err;
}

int ramfs_insert(struct inode *inode, uint64_t index, paddr_t *frame)
{
    return insert(inode, index, frame, load_relaxed(&inode->cuts), 0);
}

int ramfs_get_page(struct file *f, uint64_t index, bool write, paddr_t *frame)
{
    struct inode *inode = f->inode;
    int err;
    if (write)
        inode_touch_modified(inode);
    do { /* a hole that is read may be written later, so it gets its page now */
        /* Acquire, pairs with the release in cut_off(): a new count comes with the new size. */
        uint32_t cuts = atomic_load_explicit(&inode->cuts, memory_order_acquire);
        if (index >= (load_relaxed(&inode->size) + PAGE_SIZE - 1) / PAGE_SIZE)
            return -ENXIO;
        *frame = ramfs_page(inode, index);
        if (*frame != PAGE_TREE_NONE)
            return 0;
        err = ramfs_new_page(inode, index, true, FRAME_FAULT, frame);
        if (err == 0)
            err = insert(inode, index, frame, cuts, FRAME_FAULT);
    } while (err == -EAGAIN);
    return err;
}

/* Removes the pages [first, last] from the tree, PIECE at a time. inode->lock, or at eviction. */
static void remove_pages(struct inode *inode, uint64_t first, uint64_t last)
{
    while (first <= last) {
        unsigned long irq = spin_lock(&inode->pages_lock);
        uint64_t before = inode->pages.nr_pages;
        first = page_tree_next(&inode->pages, first);
        if (first <= last) {
            uint64_t end = MIN(last, first + PIECE - 1);
            page_tree_remove(&inode->pages, first, end, drop_frame);
            first = end + 1;
        }
        uint64_t removed = before - inode->pages.nr_pages;
        spin_unlock(&inode->pages_lock, irq);
        uncharge(&inode->sb->used_pages, removed);
        cond_resched(); /* result ignored: must complete even if the process is ending */
    }
}

void ramfs_drop_pages(struct inode *inode)
{
    remove_pages(inode, 0, LAST_PAGE);
    page_tree_remove(&inode->pages, 0, LAST_PAGE, NULL);
}

/* Zeroes bytes [from, to) of one page, if it exists. inode->lock. */
static void zero_in_page(struct inode *inode, uint64_t from, uint64_t to)
{
    paddr_t frame = ramfs_page(inode, from / PAGE_SIZE);
    if (frame == PAGE_TREE_NONE)
        return;
    memset((char *)phys_to_virt(frame) + from % PAGE_SIZE, 0, to - from);
    frame_put(frame, 0);
}

/* Copies a page out of the archive before it is changed in part. 0 or −ENOSPC. inode->lock. */
static int take_from_source(struct inode *inode, uint64_t index)
{
    const char *bytes;
    paddr_t frame = ramfs_page(inode, index);
    int err = 0;
    if (frame == PAGE_TREE_NONE) {
        if (ramfs_source(inode, index * PAGE_SIZE, &bytes) == 0)
            return 0;
        err = ramfs_new_page(inode, index, true, 0, &frame);
        if (err == 0)
            err = ramfs_insert(inode, index, &frame);
    }
    if (err == 0)
        frame_put(frame, 0);
    return err != 0 ? -ENOSPC : 0;
}

/* Sets the size and cuts the archive's part to source_size, before pages are removed. Release:
 * pairs with ramfs_get_page(). */
static void cut_off(struct inode *inode, uint64_t source_size, uint64_t size)
{
    unsigned long irq = spin_lock(&inode->pages_lock);
    store_relaxed(&inode->size, size);
    if (load_relaxed(&inode->source_size) > source_size)
        store_relaxed(&inode->source_size, source_size);
    atomic_fetch_add_explicit(&inode->cuts, 1, memory_order_release);
    spin_unlock(&inode->pages_lock, irq);
}

/* Pages of the archive cannot be removed: those in [first, last) are copied to the tree, then
 * zeroed. After an error the contents are unchanged, but some may have been copied. */
static int zero_source(struct inode *inode, uint64_t first, uint64_t last)
{
    int err = 0;
    for (uint64_t i = first; err == 0 && i < last; i++) {
        err = take_from_source(inode, i);
        cond_resched();
    }
    for (uint64_t i = first; err == 0 && i < last; i++) {
        zero_in_page(inode, i * PAGE_SIZE, (i + 1) * PAGE_SIZE);
        cond_resched();
    }
    return err;
}

/* Frees whole pages. inode->lock. */
static int punch_pages(struct inode *inode, uint64_t first, uint64_t last)
{
    if (last * PAGE_SIZE < load_relaxed(&inode->source_size))
        return zero_source(inode, first, last);
    cut_off(inode, first * PAGE_SIZE,
            load_relaxed(&inode->size)); /* cuts the archive's end, if any */
    remove_pages(inode, first, last - 1);
    vm_file_unmap(inode, first * PAGE_SIZE, last * PAGE_SIZE, false);
    return 0;
}

int ramfs_punch(struct inode *inode, uint64_t from, uint64_t to)
{
    uint64_t first = (from + PAGE_SIZE - 1) / PAGE_SIZE, last = to / PAGE_SIZE; /* whole pages */
    int err = 0;
    if (from % PAGE_SIZE != 0)
        err = take_from_source(inode, from / PAGE_SIZE);
    if (err == 0 && to % PAGE_SIZE != 0)
        err = take_from_source(inode, last);
    if (err == 0 && first < last)
        err = punch_pages(inode, first, last);
    if (err != 0)
        return err;
    if (from % PAGE_SIZE != 0)
        zero_in_page(inode, from, MIN(to, first * PAGE_SIZE));
    if (to % PAGE_SIZE != 0 && last >= first)
        zero_in_page(inode, last * PAGE_SIZE, to);
    return 0;
}

void ramfs_shrink(struct inode *inode, uint64_t size)
{
    uint64_t old = load_relaxed(&inode->size), first = (size + PAGE_SIZE - 1) / PAGE_SIZE;
    cut_off(inode, size, size);
    if (size % PAGE_SIZE != 0)
        zero_in_page(inode, size, ALIGN_UP(size, PAGE_SIZE));
    remove_pages(inode, first, LAST_PAGE);
    if (size < old)
        vm_file_unmap(inode, first * PAGE_SIZE, ALIGN_DOWN(UINT64_MAX, PAGE_SIZE), true);
}

/* A reservation in progress: charged frames, linked by their first word. */
struct promise {
    paddr_t frames; /* FRAME_NONE: no more */
};

static void promise_push(struct promise *p, paddr_t frame)
{
    *(paddr_t *)phys_to_virt(frame) = p->frames;
    p->frames = frame;
}

static paddr_t promise_pop(struct promise *p)
{
    paddr_t frame = p->frames, *word = phys_to_virt(frame);
    p->frames = *word;
    *word = 0;
    return frame;
}

static void promise_end(struct inode *inode, struct promise *p)
{
    while (p->frames != FRAME_NONE) {
        ramfs_free_page(inode, promise_pop(p));
        cond_resched();
    }
}

/* Prepares the tree and adds a frame to the promise if the page at `index` is missing. */
static int promise_page(struct inode *inode, uint64_t index, struct promise *p)
{
    paddr_t frame;
    int err = 0;
    unsigned long irq = spin_lock(&inode->pages_lock);
    bool missing = page_tree_get(&inode->pages, index) == PAGE_TREE_NONE;
    if (missing)
        err = page_tree_prepare(&inode->pages, index);
    spin_unlock(&inode->pages_lock, irq);
    if (!missing || err != 0)
        return err;
    err = buy_frame(inode, FRAME_ZERO, &frame);
    if (err == 0)
        promise_push(p, frame);
    return err;
}

/* Frees empty nodes of the tree, after a reservation failed. */
static void prune(struct inode *inode, uint64_t first, uint64_t end)
{
    for (; first < end; first += PIECE) {
        unsigned long irq = spin_lock(&inode->pages_lock);
        page_tree_remove(&inode->pages, first, MIN(first + PIECE, end) - 1, NULL);
        spin_unlock(&inode->pages_lock, irq);
        cond_resched();
    }
}

/* Inserts the promised frames where pages are missing. Meanwhile faults may add pages, but none is
 * removed. */
static void keep_promise(struct inode *inode, uint64_t first, uint64_t end, struct promise *p)
{
    const char *bytes;
    for (; first < end && p->frames != FRAME_NONE; first++) {
        paddr_t frame = ramfs_page(inode, first);
        if (frame == PAGE_TREE_NONE) {
            size_t n = ramfs_source(inode, first * PAGE_SIZE, &bytes);
            frame = promise_pop(p);
            memcpy(phys_to_virt(frame), bytes, MIN(n, PAGE_SIZE));
            ramfs_insert(inode, first, &frame); /* cannot fail: its slot is prepared */
        }
        frame_put(frame, 0);
        cond_resched();
    }
}

int ramfs_reserve(struct inode *inode, uint64_t from, uint64_t to)
{
    struct promise p = {FRAME_NONE};
    struct frame_stats mem;
    uint64_t first = from / PAGE_SIZE, end = (to + PAGE_SIZE - 1) / PAGE_SIZE, i = first;
    int err = 0;
    frame_stats(&mem);
    if (end - first > mem.total / PAGE_SIZE ||
        (inode->sb->max_pages != 0 && end - first > inode->sb->max_pages))
        return -ENOSPC;
    for (; err == 0 && i < end; i++) {
        err = promise_page(inode, i, &p);
        if (err == 0 && (cond_resched() || signal_pending()))
            err = -EINTR;
    }
    if (err == 0)
        keep_promise(inode, first, end, &p);
    promise_end(inode, &p);
    if (err != 0)
        prune(inode, first, i);
    return err == -ENOMEM ? -ENOSPC : err;
}
