/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pages of files of backed file systems that are kept in memory: what was read, and what the
 * program has stored into shared mappings and the server has not got yet.
 *
 * A page is *busy* while somebody reads it, writes it to the server, or takes it away. Who has made
 * it busy owns it alone: others wait, page faults too. So nobody who owns a page touches the
 * application's memory, takes a sleeping lock but mm.lock, or waits for a page below it. What is
 * mapped or being copied is kept by a reference of its frame, and may be used while the page is
 * busy.
 *
 * Write calls go to the server at once, and change the pages that are here; only stores into
 * mappings make pages dirty. docs/concurrency.md, "Dirty pages", says why none is lost.
 *
 * Callers hold a reference of the inode.
 */
#ifndef FS_PAGE_CACHE_H
#define FS_PAGE_CACHE_H

#include <hermit/vfs.h>

#define PAGE_RUN_MAX  32U /* pages of one request, at most */
#define PAGE_LAST     (UINT64_MAX / PAGE_SIZE)
#define PAGES_AT_EASE 1024UL /* so many are kept even if memory is not plenty */

enum page_state {
    PAGE_BUSY = 1,
    PAGE_VALID = 2, /* it has a frame with the file's bytes; else it keeps the place of a page */
    PAGE_DIRTY = 4, /* the server does not have all of them */
};

/* In the tree of its cache. Only who has made it busy removes it from there. */
struct cached_page {
    struct page_cache *cache;
    uint64_t index;
    paddr_t frame;     /* constant; FRAME_NONE: it never becomes valid */
    unsigned state;    /* enum page_state; cache->lock */
    _Atomic bool used; /* since page_lru_pick() looked at it */
    struct list lru;   /* while it is valid; page_lru's lock */
};

/* Of one inode; made when the file is first opened, freed with the inode. */
struct page_cache {
    struct inode *inode;
    struct spinlock lock;   /* protects the next ones, and the states of pages */
    struct page_tree pages; /* of struct cached_page, in place of frames */
    uint64_t nr_dirty;
    uint64_t barrier;    /* pages from here on are not made busy: the file is being cut */
    int error;           /* of the last write-back that failed … */
    uint32_t nr_errors;  /* … and how many did */
    bool error_seen;     /* … an open file has reported it */
    int64_t mtime;       /* of the server's file that the pages are from … */
    uint64_t size;       /* … and its size; changes under lock */
    bool written, doubt; /* changed from here since these were compared, since a file was opened */
    struct wait_queue idle;   /* woken when pages are not busy any more */
    struct list dirty;        /* in the list of those with dirty pages; its lock */
    uint64_t round;           /* of page_cache_sync() that has seen it; ditto */
    uint64_t dirty_since;     /* since then some page may be dirty, ns; ditto */
    _Atomic uint64_t checked; /* when the server was last asked for size and mtime, ns */
    _Atomic bool mapped;      /* the file was mapped … */
    _Atomic bool storable;    /* … for writing; set under inode->lock */
};

/* Pages that the caller has made busy, by index. */
struct page_run {
    struct cached_page *page[PAGE_RUN_MAX];
    unsigned nr;
};

/* The cache of an inode that was opened once. */
static inline struct page_cache *page_cache_of(const struct inode *inode)
{
    /* acquire: its fields; pairs with page_cache_make() */
    return atomic_load_explicit(&inode->cache, memory_order_acquire);
}

/* c->lock. NULL: there is none. */
static inline struct cached_page *page_find(const struct page_cache *c, uint64_t index)
{
    return (struct cached_page *)page_tree_get(&c->pages, index);
}

/* page_cache.c */

/* Makes the inode's cache unless it has one. 0 or −ENOMEM. */
int page_cache_make(struct inode *inode);
/* For evict. Dirty pages are lost. */
void page_cache_free(struct inode *inode);
/* After the file was opened and its attributes renewed: pages of an older file go. 0 or −ENOMEM. */
int page_cache_open(struct inode *inode);
/* Asks the server, unless that was done lately, whether somebody else has changed the file; then
 * its pages go. 0 or −errno. */
int page_cache_check(struct inode *inode);
/* The file was changed from here. */
void page_cache_changed(struct inode *inode);

/* The frame of a valid page, with a reference; FRAME_NONE: it must be filled. */
paddr_t page_cache_frame(struct page_cache *c, uint64_t index);
/* Reads a page that is missing, and some more if it continues others; or waits until it is not busy
 * any more. 0: look again; −errno. The members of cached_file_ops for page faults: */
int page_cache_fill(struct inode *inode, uint64_t index);
int page_cache_get_page(struct file *f, uint64_t index, bool write, paddr_t *frame);

/* Makes busy the pages [first, last], at most PAGE_RUN_MAX; those that are missing get their places
 * kept by `places`. 0 or −ENOMEM. */
int page_run_own(struct page_cache *c, uint64_t first, uint64_t last, struct cached_page *places,
                 struct page_run *run);
/* They are not busy any more; kept places go. */
void page_run_release(struct page_cache *c, struct page_run *run);

enum page_drop {
    DROP_CLEAN,
    DROP_ALL,  /* dirty ones, too: their bytes do not count any more */
    DROP_IDLE, /* clean ones that nobody has used lately; busy ones are not waited for */
};
/* Takes pages [first, last] away, from mappings, too. How many. */
uint64_t page_cache_drop(struct inode *inode, uint64_t first, uint64_t last, enum page_drop which);

/* Cuts a file, or lets it grow, at the server and here. inode->lock. 0 or −errno. */
int page_cache_resize(struct inode *inode, uint64_t size);
/* Before pages here follow a write at the server beyond the end: what the program has stored behind
 * the end goes. */
void page_cache_zero_end(struct inode *inode);
/* The file is larger now, after a write at the server, and the pages here have it. inode->lock. */
void page_cache_grown(struct inode *inode, uint64_t size);

/* page_writeback.c */

/* A page becomes dirty. c->lock. True: page_expiry_wake() must be called, without it. */
bool page_set_dirty(struct cached_page *p);
/* … or is so no more. */
void page_clear_dirty(struct cached_page *p);
/* Writes dirty pages of [first, last] to the server. 0, or the first error; their pages stay dirty,
 * and the error is kept for page_cache_error(). */
int page_cache_write_back(struct inode *inode, uint64_t first, uint64_t last);
/* All files' of a file system, NULL: of all. 0 or the first error. */
int page_cache_sync(struct super_block *sb);
/* A file that has dirty pages from before `limit`, with a reference; they count as of `now` from
 * now on, for the caller is going to write them. NULL: there is none; *next is since when the
 * others are dirty, at the earliest, or TIME_FOREVER. */
struct inode *page_dirty_since(uint64_t now, uint64_t limit, uint64_t *next);
bool page_any_dirty(void);
/* Errors of write-back reach each open file once: `f` has just been opened; the error that it has
 * not reported yet, or 0. */
void page_cache_error_start(struct file *f);
int page_cache_error(struct file *f);

/* page_expiry.c */

extern _Atomic unsigned page_dirty_expire; /* how long stores wait for being written, 0.01 s */
void page_expiry_set(unsigned centiseconds);
/* From now on, pages do not stay dirty for longer. 0 or −ENOMEM. */
int page_expiry_start(void);
void page_expiry_wake(void);

/* page_advice.c: inode_ops.advise */
void page_cache_advise(struct inode *inode, uint64_t from, uint64_t to, int advice);

/* page_reclaim.c */

void page_lru_add(struct cached_page *p);    /* it is valid now */
void page_lru_remove(struct cached_page *p); /* it is about to go */
/* From now on, whoever sees that memory is low sees to it that pages go. */
void page_reclaim_start(void);
/* Makes room for new pages if memory is not plenty. May sleep. */
void page_cache_make_room(void);

/* cached_file.c: open files. */
extern _Atomic bool page_cache_stores; /* some file was mapped shared and for writing */
extern const struct file_ops cached_file_ops;
int cached_truncate(struct inode *inode, uint64_t size);

#endif
