/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: in which order pages of files (page_cache.h) are given back when memory is wanted: those
 * first that nobody has used for longest. It is wanted by new pages of files once memory is not
 * plenty, by whoever has seen that it is low, on its way back to the application, and by page
 * faults that find none.
 *
 * Lock: `page_lru` (spin). A page leaves the list before it is freed, so what the list leads to is
 * there; its inode may be going.
 */
#include "page_cache.h"

#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/percpu.h>
#include <hermit/process.h>
#include <hermit/sched.h>
#include <hermit/task.h>

#define WANTED 64U /* pages that are given back at once */

static struct {
    struct spinlock lock;
    struct list pages; /* those longest unused first */
    uint64_t nr;
} lru = {SPINLOCK_INIT("page_lru"), LIST_INIT(lru.pages), 0};

void page_lru_add(struct cached_page *p)
{
    unsigned long irq = spin_lock(&lru.lock);
    list_push_back(&lru.pages, &p->lru);
    poke(lru.nr, lru.nr + 1);
    spin_unlock(&lru.lock, irq);
}

void page_lru_remove(struct cached_page *p)
{
    unsigned long irq = spin_lock(&lru.lock);
    list_remove(&p->lru);
    poke(lru.nr, lru.nr - 1);
    spin_unlock(&lru.lock, irq);
}

/* The next page to go, if it was not used since it was last looked at: its inode with a reference,
 * and its index. NULL: it was, or its inode is going. */
static struct inode *pick(uint64_t *index)
{
    struct inode *inode = NULL;
    unsigned long irq = spin_lock(&lru.lock);
    if (!list_empty(&lru.pages)) {
        struct cached_page *p = list_first(&lru.pages, struct cached_page, lru);
        list_remove(&p->lru);
        list_push_back(&lru.pages, &p->lru);
        *index = p->index;
        if (load_relaxed(&p->used))
            store_relaxed(&p->used, false);
        else if (inode_try_get(p->cache->inode))
            inode = p->cache->inode;
    }
    spin_unlock(&lru.lock, irq);
    return inode;
}

/* Gives back up to WANTED pages or a few more. How many. */
static uint64_t reclaim(void)
{
    uint64_t freed = 0, index;
    int err = 0;
    for (uint64_t left = 2 * peek(lru.nr); left > 0 && freed < WANTED; left--) {
        struct inode *inode = pick(&index);
        if (inode != NULL) {
            /* What was read together goes together. A server that fails is not asked again. */
            if (err == 0)
                err = page_cache_write_back(inode, index, index + WANTED - 1);
            freed += page_cache_drop(inode, index, index + WANTED - 1, DROP_IDLE);
            inode_put(inode);
        }
        cond_resched(); /* result ignored: the memory is needed here and now */
    }
    return freed;
}

/* While somebody allocates. */
static void on_low(void)
{
    if (peek(lru.nr) > 0)
        or_relaxed(&current_task()->work, TASK_WORK_MEMORY);
}

/* On the way back to the application, with no lock held. */
static void give_back(void)
{
    while (frame_low() && reclaim() > 0)
        ;
}

void page_reclaim_start(void)
{
    poke(memory_work, give_back);
    publish_pointer(frame_on_low, on_low); /* after the other one */
}

void page_cache_make_room(void)
{
    if (!frame_plenty() && peek(lru.nr) > PAGES_AT_EASE)
        reclaim();
}

bool file_pages_reclaim(void)
{
    return reclaim() > 0;
}
