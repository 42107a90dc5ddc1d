/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what advice (posix_fadvise, readahead) does to the pages of files (page_cache.h): brings
 * some in before they are wanted, or lets those go that are not wanted any more. No locks.
 */
#include "page_cache.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/sched.h>
#include <linux/fadvise.h>

#define WANTED_MAX (2UL * 1024 * 1024 / PAGE_SIZE) /* pages that one call brings in */

/* False: it cannot be had, or memory is for others. */
static bool bring_in(struct inode *inode, uint64_t index)
{
    paddr_t frame = page_cache_frame(page_cache_of(inode), index);
    if (frame == FRAME_NONE)
        return frame_plenty() && page_cache_fill(inode, index) == 0;
    frame_put(frame, 0);
    return true;
}

static void read_ahead(struct inode *inode, uint64_t from, uint64_t to)
{
    uint64_t end = MIN(to, load_relaxed(&inode->size)), index = from / PAGE_SIZE;
    if (from >= end || inode->sb->data_ns == 0 || page_cache_check(inode) != 0)
        return;
    uint64_t last = MIN((end - 1) / PAGE_SIZE, index + WANTED_MAX - 1);
    for (; index <= last && bring_in(inode, index); index++)
        if (cond_resched())
            break;
}

/* Whole pages only: others may want what lies beside. The page of the end counts as whole. */
static void let_go(struct inode *inode, uint64_t from, uint64_t to)
{
    uint64_t first = (from + PAGE_SIZE - 1) / PAGE_SIZE, end = to / PAGE_SIZE;
    if (to >= load_relaxed(&inode->size))
        end = PAGE_LAST;
    if (first >= end)
        return;
    (void)page_cache_write_back(inode, first, end - 1); /* the error is kept */
    page_cache_drop(inode, first, end - 1, DROP_CLEAN);
}

void page_cache_advise(struct inode *inode, uint64_t from, uint64_t to, int advice)
{
    if (page_cache_of(inode) == NULL)
        return;
    if (advice == POSIX_FADV_WILLNEED)
        read_ahead(inode, from, to);
    else if (advice == POSIX_FADV_DONTNEED)
        let_go(inode, from, to);
}
