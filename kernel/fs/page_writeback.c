/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: dirty pages (page_cache.h) on their way to the server, and the errors on it.
 *
 * Locks: c->lock (spin) for states and errors; `page_dirty` (spin), inside it, for the list of
 * caches with dirty pages; sync_lock, outside all, for one pass over that list at a time.
 */
#include "page_cache.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/sched.h>
#include <hermit/timer.h>
#include <hermit/vm.h>
#include <linux/errno.h>

#define PIECE 64U /* pages that are looked at with interrupts off */

static struct spinlock dirty_lock = SPINLOCK_INIT("page_dirty");
static struct list dirty_caches = LIST_INIT(dirty_caches);

static struct mutex sync_lock = MUTEX_INIT(sync_lock);

bool page_set_dirty(struct cached_page *p)
{
    struct page_cache *c = p->cache;
    if (p->state & PAGE_DIRTY)
        return false;
    p->state |= PAGE_DIRTY;
    if (c->nr_dirty++ > 0)
        return false;
    unsigned long irq = spin_lock(&dirty_lock);
    bool first = list_empty(&dirty_caches);
    list_push_back(&dirty_caches, &c->dirty);
    c->dirty_since = clock_monotonic();
    spin_unlock(&dirty_lock, irq);
    return first;
}

void page_clear_dirty(struct cached_page *p)
{
    struct page_cache *c = p->cache;
    if (!(p->state & PAGE_DIRTY))
        return;
    p->state &= ~(unsigned)PAGE_DIRTY;
    if (--c->nr_dirty > 0)
        return;
    unsigned long irq = spin_lock(&dirty_lock);
    list_remove(&c->dirty);
    spin_unlock(&dirty_lock, irq);
}

/* The first dirty page of [*first, last], for the next owner. False: there is none. */
static bool next_dirty(struct page_cache *c, uint64_t *first, uint64_t last)
{
    bool found = false;
    while (!found && *first <= last) {
        unsigned long irq = spin_lock(&c->lock);
        if (c->nr_dirty == 0)
            *first = UINT64_MAX;
        for (unsigned i = 0; i < PIECE && !found && *first <= last; i++) {
            *first = page_tree_next(&c->pages, *first);
            found = *first <= last && page_find(c, *first)->state & PAGE_DIRTY;
            *first += !found && *first <= last;
        }
        spin_unlock(&c->lock, irq);
        cond_resched(); /* result ignored: what was promised is written */
    }
    return found;
}

/* Takes dirty pages from `first` on that follow each other. They stay dirty until the server has
 * them, so that whoever asks for them to be written meanwhile waits. False: the first one is busy.
 */
static bool take(struct page_cache *c, uint64_t first, uint64_t last, struct page_run *run)
{
    unsigned long irq = spin_lock(&c->lock);
    const struct cached_page *at = page_find(c, first);
    bool busy = first >= c->barrier || (at != NULL && at->state & PAGE_BUSY);
    for (run->nr = 0; run->nr < PAGE_RUN_MAX && first + run->nr <= last; run->nr++) {
        struct cached_page *p = page_find(c, first + run->nr);
        if (first + run->nr >= c->barrier || p == NULL || p->state & PAGE_BUSY ||
            !(p->state & PAGE_DIRTY))
            break;
        p->state |= PAGE_BUSY;
        run->page[run->nr] = p;
    }
    spin_unlock(&c->lock, irq);
    return !busy;
}

/* Sends the pages of a run. Bytes; fewer after an error, *err. */
static size_t send(struct inode *inode, const struct page_run *run, int *err)
{
    struct io_segment segments[PAGE_RUN_MAX];
    uint64_t pos = run->page[0]->index * PAGE_SIZE, size = load_relaxed(&inode->size);
    size_t length = pos < size ? (size_t)MIN(size - pos, run->nr * PAGE_SIZE) : 0, done = 0;
    struct io_cursor io = {segments, run->nr, 0, length, false};
    for (unsigned i = 0; i < run->nr; i++)
        segments[i] = (struct io_segment){(uintptr_t)phys_to_virt(run->page[i]->frame), PAGE_SIZE};
    *err = 0;
    while (io.left > 0 && *err == 0) {
        ssize_t n = inode->ops->write_data(inode, &io, pos + done);
        if (n > 0)
            done += (size_t)n;
        else
            *err = n < 0 ? (int)n : -EIO;
    }
    return done;
}

/* The server has the first `nr` pages of a run; those behind it stay dirty after an error. */
static void finish_write(struct page_cache *c, const struct page_run *run, unsigned nr, int err)
{
    unsigned long irq = spin_lock(&c->lock);
    for (unsigned i = 0; i < MIN(nr, run->nr); i++)
        page_clear_dirty(run->page[i]);
    if (err != 0) {
        c->error = err;
        c->nr_errors++;
        c->error_seen = false;
    }
    spin_unlock(&c->lock, irq);
}

/* Writes pages that take() has taken. 0 or −errno. */
static int write_run(struct page_cache *c, struct page_run *run)
{
    int err;
    uint64_t first = run->page[0]->index;
    chaos_point("page_not_dirty");
    vm_file_clean(c->inode, first * PAGE_SIZE, (first + run->nr) * PAGE_SIZE);
    size_t done = send(c->inode, run, &err);
    if (done > 0)
        page_cache_changed(c->inode);
    finish_write(c, run, err == 0 ? run->nr : (unsigned)(done / PAGE_SIZE), err);
    page_run_release(c, run);
    return err;
}

int page_cache_write_back(struct inode *inode, uint64_t first, uint64_t last)
{
    struct page_cache *c = page_cache_of(inode);
    struct page_run run;
    int err = 0;
    while (next_dirty(c, &first, last)) {
        wait_event(&c->idle, take(c, first, last, &run), 0, TIME_FOREVER);
        if (run.nr == 0)
            continue; /* somebody else has written it meanwhile */
        first += run.nr;
        int this = write_run(c, &run);
        err = err != 0 ? err : this;
    }
    return err;
}

/* The inode of a cache with dirty pages that round `round` has not seen, with a reference. NULL:
 * there are no more. */
static struct inode *next_cache(const struct super_block *sb, uint64_t round)
{
    struct inode *inode = NULL;
    unsigned long irq = spin_lock(&dirty_lock);
    list_for_each (it, &dirty_caches) {
        struct page_cache *c = list_entry(it, struct page_cache, dirty);
        if (c->round == round || (sb != NULL && c->inode->sb != sb))
            continue;
        c->round = round;
        if (inode_try_get(c->inode)) { /* else it is going, and takes c out of the list first */
            inode = c->inode;
            break;
        }
    }
    spin_unlock(&dirty_lock, irq);
    return inode;
}

bool page_any_dirty(void)
{
    unsigned long irq = spin_lock(&dirty_lock);
    bool any = !list_empty(&dirty_caches);
    spin_unlock(&dirty_lock, irq);
    return any;
}

struct inode *page_dirty_since(uint64_t now, uint64_t limit, uint64_t *next)
{
    struct inode *inode = NULL;
    *next = TIME_FOREVER;
    unsigned long irq = spin_lock(&dirty_lock);
    list_for_each (it, &dirty_caches) {
        struct page_cache *c = list_entry(it, struct page_cache, dirty);
        if (c->dirty_since <= limit) {
            c->dirty_since = now;
            if (inode_try_get(c->inode)) { /* else it is going, and what is dirty is lost */
                inode = c->inode;
                break;
            }
        }
        *next = MIN(*next, c->dirty_since);
    }
    spin_unlock(&dirty_lock, irq);
    return inode;
}

int page_cache_sync(struct super_block *sb)
{
    static uint64_t rounds; /* sync_lock */
    struct inode *inode;
    int err = 0;
    mutex_lock(&sync_lock);
    uint64_t round = ++rounds;
    while ((inode = next_cache(sb, round)) != NULL) {
        int this = page_cache_write_back(inode, 0, PAGE_LAST);
        if (this == 0)
            this = inode->ops->sync_data(inode, false);
        err = err != 0 ? err : this;
        inode_put(inode);
    }
    mutex_unlock(&sync_lock);
    return err;
}

/* As Linux's errseq: an error that nobody has reported yet reaches whoever opens the file now. */
void page_cache_error_start(struct file *f)
{
    struct page_cache *c = page_cache_of(f->inode);
    unsigned long irq = spin_lock(&c->lock);
    uintptr_t unseen = c->nr_errors > 0 && !c->error_seen;
    f->private = (void *)(c->nr_errors - unseen);
    spin_unlock(&c->lock, irq);
}

int page_cache_error(struct file *f)
{
    struct page_cache *c = page_cache_of(f->inode);
    unsigned long irq = spin_lock(&c->lock);
    bool is_news = (uintptr_t)f->private != c->nr_errors;
    int err = is_news ? c->error : 0;
    f->private = (void *)(uintptr_t)c->nr_errors;
    c->error_seen |= is_news;
    spin_unlock(&c->lock, irq);
    return err;
}
