/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the pages of files of backed file systems (page_cache.h): finding, filling, mapping and
 * taking them away, and whether they are still the server's.
 *
 * Locks: c->lock (spin) for the tree and the states of pages; a busy page is its owner's. Calls
 * that change data or size hold inode->lock, page faults hold any lock and take none.
 */
#include "page_cache.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <hermit/vm.h>
#include <linux/errno.h>

#include "vfs_internal.h"

#define PIECE      64U /* pages that are looked at with interrupts off */
#define FIRST_READ 4U  /* pages that are read from the beginning of a file on */
#define NO_PAGE    UINT64_MAX

static uint64_t pages_of(uint64_t size)
{
    return (size + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* c->lock */
static bool is_owned(const struct page_cache *c, uint64_t index)
{
    const struct cached_page *p = page_find(c, index);
    return p != NULL && p->state & PAGE_BUSY;
}

/* Nobody can make it busy now. c->lock. */
static bool is_busy(const struct page_cache *c, uint64_t index)
{
    return index >= c->barrier || is_owned(c, index);
}

static bool looks_owned(struct page_cache *c, uint64_t index)
{
    unsigned long irq = spin_lock(&c->lock);
    bool owned = is_owned(c, index);
    spin_unlock(&c->lock, irq);
    return owned;
}

static bool looks_busy(struct page_cache *c, uint64_t index)
{
    unsigned long irq = spin_lock(&c->lock);
    bool busy = is_busy(c, index);
    spin_unlock(&c->lock, irq);
    return busy;
}

static void wait_until_idle(struct page_cache *c, uint64_t index)
{
    wait_event(&c->idle, !looks_busy(c, index), 0, TIME_FOREVER);
}

static void forget(paddr_t page)
{
    (void)page; /* its owner frees it */
}

/* c->lock. The page is the caller's. */
static void take_out(struct cached_page *p)
{
    page_tree_remove(&p->cache->pages, p->index, p->index, forget);
}

/* Whoever waits for a busy page looks again. */
static void wake(struct page_cache *c)
{
    wake_all(&c->idle);
}

int page_cache_make(struct inode *inode)
{
    struct page_cache *none = NULL;
    if (page_cache_of(inode) != NULL)
        return 0;
    struct page_cache *c = kzalloc(sizeof(*c));
    if (c == NULL)
        return -ENOMEM;
    spin_init(&c->lock, "page_cache");
    wait_queue_init(&c->idle);
    list_init(&c->dirty);
    c->inode = inode;
    c->barrier = NO_PAGE;
    vm_let_faults_wait();
    page_reclaim_start();
    /* release: pairs with page_cache_of() */
    if (!atomic_compare_exchange_strong_explicit(&inode->cache, &none, c, memory_order_release,
                                                 memory_order_relaxed))
        kfree(c);
    return 0;
}

static void free_page(struct cached_page *p)
{
    if (p != NULL)
        frame_put(p->frame, 0);
    kfree(p);
}

/* A page that is busy, with its frame. NULL: no memory. */
static struct cached_page *new_page(struct page_cache *c, uint64_t index, unsigned flags)
{
    struct cached_page *p = kmalloc_for(sizeof(*p), flags);
    paddr_t frame = p != NULL ? frame_alloc(0, flags) : FRAME_NONE;
    if (frame == FRAME_NONE) {
        kfree(p);
        return NULL;
    }
    *p = (struct cached_page){.cache = c, .index = index, .frame = frame, .state = PAGE_BUSY};
    return p;
}

paddr_t page_cache_frame(struct page_cache *c, uint64_t index)
{
    paddr_t frame = FRAME_NONE;
    unsigned long irq = spin_lock(&c->lock);
    struct cached_page *p = page_find(c, index);
    if (p != NULL && p->state & PAGE_VALID) {
        frame = p->frame;
        frame_get(frame);
        store_relaxed(&p->used, true);
    }
    spin_unlock(&c->lock, irq);
    return frame;
}

int page_cache_get_page(struct file *f, uint64_t index, bool write, paddr_t *frame)
{
    struct page_cache *c = page_cache_of(f->inode);
    int err = 0;
    bool tell = false;
    unsigned long irq = spin_lock(&c->lock);
    struct cached_page *p = page_find(c, index);
    if (index >= pages_of(load_relaxed(&f->inode->size)))
        err = -ENXIO;
    else if (p == NULL || is_busy(c, index))
        err = -EAGAIN;
    if (err == 0) {
        if (write)
            tell = page_set_dirty(p);
        *frame = p->frame;
        frame_get(p->frame);
        store_relaxed(&p->used, true);
    }
    spin_unlock(&c->lock, irq);
    if (tell)
        page_expiry_wake();
    return err;
}

/* How many pages to read from a missing one on: twice as many as are here just before it. Whoever
 * reads here and there gets one, whoever reads in order ever more. */
static unsigned read_ahead(struct page_cache *c, uint64_t index)
{
    unsigned before = 0;
    unsigned long irq = spin_lock(&c->lock);
    while (before < PAGE_RUN_MAX / 2 && before < index && page_find(c, index - before - 1) != NULL)
        before++;
    spin_unlock(&c->lock, irq);
    return index == 0 ? FIRST_READ : MAX(2 * before, 1U);
}

/* Adds a page that is missing. False: there is one, or it is beyond the end, or there is no memory
 * for the tree. */
static bool add(struct page_cache *c, struct cached_page *p, unsigned flags, int *err)
{
    unsigned long irq = spin_lock(&c->lock);
    bool missing = page_find(c, p->index) == NULL && p->index < c->barrier &&
                   p->index < pages_of(load_relaxed(&c->inode->size));
    *err = missing ? page_tree_put(&c->pages, p->index, (paddr_t)p, flags) : 0;
    spin_unlock(&c->lock, irq);
    return missing && *err == 0;
}

/* Adds up to nr missing pages from `index` on. 0, or −ENOMEM: not even one. */
static int make_run(struct page_cache *c, uint64_t index, unsigned nr, struct page_run *run)
{
    for (run->nr = 0; run->nr < nr; run->nr++) {
        unsigned flags = run->nr == 0 ? FRAME_FAULT : 0; /* the others are not asked for */
        struct cached_page *p = new_page(c, index + run->nr, flags);
        int err = -ENOMEM;
        if (p == NULL || !add(c, p, flags, &err)) {
            free_page(p);
            return run->nr == 0 ? err : 0;
        }
        run->page[run->nr] = p;
    }
    return 0;
}

/* Reads what the server has of a run. Sets *done: bytes. 0 or −errno. */
static int read_run(struct inode *inode, const struct page_run *run, size_t *done)
{
    struct io_segment segments[PAGE_RUN_MAX];
    struct io_cursor io = {segments, run->nr, 0, run->nr * PAGE_SIZE, false};
    uint64_t pos = run->page[0]->index * PAGE_SIZE;
    ssize_t n = 1;
    for (unsigned i = 0; i < run->nr; i++)
        segments[i] = (struct io_segment){(uintptr_t)phys_to_virt(run->page[i]->frame), PAGE_SIZE};
    *done = 0;
    while (n > 0 && io.left > 0 && pos + *done < load_relaxed(&inode->size)) {
        n = inode->ops->read_data(inode, &io, pos + *done);
        if (n > 0)
            *done += (size_t)n;
    }
    return n < 0 ? (int)n : 0;
}

/* What the server did not have is zero. */
static void zero_rest(const struct page_run *run, size_t done)
{
    for (unsigned i = (unsigned)(done / PAGE_SIZE); i < run->nr; i++) {
        size_t from = i == done / PAGE_SIZE ? done % PAGE_SIZE : 0;
        memset((char *)phys_to_virt(run->page[i]->frame) + from, 0, PAGE_SIZE - from);
    }
}

/* The first `nr_valid` pages of a run are the file's, the others are not. */
static void finish_read(struct page_cache *c, struct page_run *run, unsigned nr_valid)
{
    for (unsigned i = 0; i < nr_valid; i++)
        page_lru_add(run->page[i]);
    unsigned long irq = spin_lock(&c->lock);
    for (unsigned i = 0; i < run->nr; i++) {
        if (i < nr_valid)
            run->page[i]->state = PAGE_VALID;
        else
            take_out(run->page[i]);
    }
    spin_unlock(&c->lock, irq);
    wake(c);
    for (unsigned i = nr_valid; i < run->nr; i++)
        free_page(run->page[i]);
}

int page_cache_fill(struct inode *inode, uint64_t index)
{
    struct page_cache *c = page_cache_of(inode);
    struct page_run run = {.nr = 0};
    size_t done;
    wait_until_idle(c, index);
    page_cache_make_room();
    int err = make_run(c, index, read_ahead(c, index), &run);
    if (err != 0 || run.nr == 0)
        return err;
    err = read_run(inode, &run, &done);
    if (err == 0)
        zero_rest(&run, done);
    unsigned valid = err == 0 ? run.nr : (unsigned)(done / PAGE_SIZE);
    finish_read(c, &run, valid);
    return valid > 0 ? 0 : err;
}

/* One look of page_run_own(). True: the page is the caller's; false: it is busy. */
static bool try_own(struct page_cache *c, struct cached_page *place, struct cached_page **page,
                    int *err)
{
    unsigned long irq = spin_lock(&c->lock);
    bool busy = is_busy(c, place->index);
    struct cached_page *p = page_find(c, place->index);
    *err = 0;
    if (!busy && p == NULL) {
        *err = page_tree_put(&c->pages, place->index, (paddr_t)place, FRAME_FAULT);
        p = place;
    } else if (!busy) {
        p->state |= PAGE_BUSY;
    }
    spin_unlock(&c->lock, irq);
    *page = p;
    return !busy;
}

int page_run_own(struct page_cache *c, uint64_t first, uint64_t last, struct cached_page *places,
                 struct page_run *run)
{
    int err = 0;
    run->nr = 0;
    for (uint64_t index = first; index <= last && err == 0; index++) {
        struct cached_page *place = &places[index - first], *page;
        *place = (struct cached_page){
            .cache = c, .index = index, .frame = FRAME_NONE, .state = PAGE_BUSY};
        wait_event(&c->idle, try_own(c, place, &page, &err), 0, TIME_FOREVER);
        if (err == 0)
            run->page[run->nr++] = page;
    }
    if (err != 0)
        page_run_release(c, run);
    return err;
}

void page_run_release(struct page_cache *c, struct page_run *run)
{
    unsigned long irq = spin_lock(&c->lock);
    for (unsigned i = 0; i < run->nr; i++) {
        struct cached_page *p = run->page[i];
        if (p->state & PAGE_VALID)
            p->state &= ~(unsigned)PAGE_BUSY;
        else
            take_out(p);
    }
    spin_unlock(&c->lock, irq);
    wake(c);
    run->nr = 0;
}

static bool may_drop(const struct cached_page *p, enum page_drop which)
{
    if (which == DROP_IDLE && load_relaxed(&p->used))
        return false;
    return which == DROP_ALL || !(p->state & PAGE_DIRTY);
}

/*
 * Makes pages of [*first, last] busy that may go, and moves *first on; with interrupts off for some
 * pages at a time. True: it came to the end, or to a page that is busy already, *first.
 */
static bool own_some(struct page_cache *c, uint64_t *first, uint64_t last, enum page_drop which,
                     struct page_run *run)
{
    bool stop = false;
    unsigned long irq = spin_lock(&c->lock);
    for (unsigned i = 0; i < PIECE && run->nr < PAGE_RUN_MAX && !stop; i++) {
        *first = page_tree_next(&c->pages, *first);
        stop = *first > last || (is_busy(c, *first) && which != DROP_IDLE);
        if (stop)
            break;
        struct cached_page *p = page_find(c, *first);
        if (!is_busy(c, *first) && may_drop(p, which)) {
            p->state |= PAGE_BUSY;
            run->page[run->nr++] = p;
        }
        ++*first;
    }
    spin_unlock(&c->lock, irq);
    return stop || run->nr == PAGE_RUN_MAX;
}

/* The pages are in no mapping any more: those that did not become dirty until then go. */
static unsigned drop_run(struct page_cache *c, struct page_run *run, enum page_drop which)
{
    struct page_run gone = {.nr = 0};
    unsigned kept = 0;
    unsigned long irq = spin_lock(&c->lock);
    for (unsigned i = 0; i < run->nr; i++) {
        struct cached_page *p = run->page[i];
        if (p->state & PAGE_DIRTY && which != DROP_ALL) {
            run->page[kept++] = p;
            continue;
        }
        page_clear_dirty(p);
        take_out(p);
        gone.page[gone.nr++] = p;
    }
    spin_unlock(&c->lock, irq);
    for (unsigned i = 0; i < gone.nr; i++) {
        page_lru_remove(gone.page[i]);
        free_page(gone.page[i]);
    }
    run->nr = kept;
    page_run_release(c, run);
    return gone.nr;
}

static void unmap(const struct page_cache *c, uint64_t first, uint64_t end, bool copies)
{
    if (load_relaxed(&c->mapped))
        vm_file_unmap(c->inode, first * PAGE_SIZE, end * PAGE_SIZE, copies);
    chaos_point("page_unmapped");
}

uint64_t page_cache_drop(struct inode *inode, uint64_t first, uint64_t last, enum page_drop which)
{
    struct page_cache *c = page_cache_of(inode);
    uint64_t dropped = 0;
    while (first <= last) {
        struct page_run run = {.nr = 0};
        while (!own_some(c, &first, last, which, &run))
            cond_resched(); /* result ignored: the pages must go even if the process is ending */
        if (run.nr > 0) {
            unmap(c, run.page[0]->index, run.page[run.nr - 1]->index + 1, false);
            dropped += drop_run(c, &run, which);
        } else if (first <= last) {
            wait_until_idle(c, first);
        }
    }
    return dropped;
}

void page_cache_free(struct inode *inode)
{
    struct page_cache *c = page_cache_of(inode);
    if (c == NULL)
        return;
    page_cache_drop(inode, 0, PAGE_LAST, DROP_ALL);
    kfree(c);
}

/* The first page from *index on that somebody owns. False: there is none. */
static bool next_owned(struct page_cache *c, uint64_t *index)
{
    bool owned = false;
    while (!owned && *index != NO_PAGE) {
        unsigned long irq = spin_lock(&c->lock);
        for (unsigned i = 0; i < PIECE && !owned && *index != NO_PAGE; i++) {
            *index = page_tree_next(&c->pages, *index);
            owned = is_owned(c, *index);
            *index += !owned && *index != NO_PAGE;
        }
        spin_unlock(&c->lock, irq);
        cond_resched(); /* result ignored: a change of size is not broken off here */
    }
    return owned;
}

/* From now on nobody makes pages from `first` on busy; waits for those who own one. */
static void put_barrier(struct page_cache *c, uint64_t first)
{
    unsigned long irq = spin_lock(&c->lock);
    c->barrier = first;
    spin_unlock(&c->lock, irq);
    while (next_owned(c, &first))
        wait_event(&c->idle, !looks_owned(c, first), 0, TIME_FOREVER);
}

static void lift_barrier(struct page_cache *c)
{
    unsigned long irq = spin_lock(&c->lock);
    c->barrier = NO_PAGE;
    spin_unlock(&c->lock, irq);
    wake(c);
}

/* Takes pages from `first` on out, behind the barrier. */
static void cut(struct page_cache *c, uint64_t first)
{
    struct page_run run;
    do {
        run.nr = 0;
        unsigned long irq = spin_lock(&c->lock);
        while (run.nr < PAGE_RUN_MAX && (first = page_tree_next(&c->pages, first)) != NO_PAGE) {
            struct cached_page *p = page_find(c, first);
            page_clear_dirty(p);
            take_out(p);
            run.page[run.nr++] = p;
        }
        spin_unlock(&c->lock, irq);
        for (unsigned i = 0; i < run.nr; i++) {
            page_lru_remove(run.page[i]);
            free_page(run.page[i]);
        }
        cond_resched(); /* result ignored: as above */
    } while (run.nr > 0);
}

/* The program may have stored bytes behind the end of the file, in its last page. */
static void zero_behind(struct page_cache *c, uint64_t size)
{
    paddr_t frame = page_cache_frame(c, size / PAGE_SIZE);
    if (frame == FRAME_NONE)
        return;
    memset((char *)phys_to_virt(frame) + size % PAGE_SIZE, 0, PAGE_SIZE - size % PAGE_SIZE);
    frame_put(frame, 0);
}

/* The size here follows the server's. */
static void set_size(struct page_cache *c, uint64_t size)
{
    unsigned long irq = spin_lock(&c->lock); /* against add() */
    inode_set_size(c->inode, size);
    poke(c->size, size);
    c->written = c->doubt = true;
    spin_unlock(&c->lock, irq);
}

int page_cache_resize(struct inode *inode, uint64_t size)
{
    struct attr_change change = {.valid = ATTR_SIZE, .size = size};
    struct page_cache *c = page_cache_of(inode);
    uint64_t old = load_relaxed(&inode->size), first = size / PAGE_SIZE;
    bool shrinks = size < old;
    if (shrinks)
        put_barrier(c, first);
    int err = inode->ops->setattr(inode, &change);
    if (err == 0) {
        zero_behind(c, MIN(old, size));
        set_size(c, size);
        if (shrinks)
            cut(c, pages_of(size));
    }
    if (shrinks)
        lift_barrier(c);
    if (shrinks && err == 0)
        unmap(c, pages_of(size), PAGE_LAST, true);
    return err;
}

void page_cache_zero_end(struct inode *inode)
{
    zero_behind(page_cache_of(inode), load_relaxed(&inode->size));
}

void page_cache_grown(struct inode *inode, uint64_t size)
{
    set_size(page_cache_of(inode), size);
}

void page_cache_changed(struct inode *inode)
{
    struct page_cache *c = page_cache_of(inode);
    inode_changed(inode);
    unsigned long irq = spin_lock(&c->lock);
    c->written = c->doubt = true;
    spin_unlock(&c->lock, irq);
}

/*
 * Compares what the server says of the file now with what it said of the file that the pages are
 * from. True: they are not its any more. A change from here cannot be told from one of somebody
 * else at the same time: while the file is open it counts as ours, unless the size is not the one
 * from here, and when it is opened the pages go.
 */
static bool is_stale(struct page_cache *c, bool opening)
{
    int64_t mtime = load_relaxed(&c->inode->mtime);
    uint64_t size = load_relaxed(&c->inode->size);
    store_relaxed(&c->checked, clock_monotonic());
    unsigned long irq = spin_lock(&c->lock);
    bool stale = size != c->size || (mtime != c->mtime && (opening || !c->written));
    stale |= opening && c->doubt;
    c->mtime = mtime;
    poke(c->size, size);
    c->written = false;
    c->doubt &= !opening;
    spin_unlock(&c->lock, irq);
    return stale;
}

int page_cache_open(struct inode *inode)
{
    int err = page_cache_make(inode);
    if (err != 0 || inode->sb->data_ns == VALID_FOR_EVER)
        return err;
    if (is_stale(page_cache_of(inode), true))
        page_cache_drop(inode, 0, PAGE_LAST, DROP_CLEAN);
    return 0;
}

int page_cache_check(struct inode *inode)
{
    struct page_cache *c = page_cache_of(inode);
    uint64_t limit = inode->sb->data_ns;
    int err = 0;
    if (limit == VALID_FOR_EVER)
        return 0;
    if (clock_monotonic() - load_relaxed(&c->checked) >= limit)
        err = inode->ops->getattr(inode, NULL);
    else if (load_relaxed(&inode->size) == peek(c->size))
        return 0;
    if (err == -ESTALE) { /* its name is gone, what is open goes on */
        store_relaxed(&c->checked, clock_monotonic());
        return 0;
    }
    if (err == 0 && is_stale(c, false))
        page_cache_drop(inode, 0, PAGE_LAST, DROP_CLEAN);
    return err;
}
