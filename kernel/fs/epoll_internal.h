/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of epoll, as epoll.c (what a set watches) and epoll_ready.c (what is ready) see them.
 *
 * Locks: epoll.lock serialises the calls that change a set or take its events, sleeps, and is held
 * while files are polled and events are stored; of nested sets it is held for the outermost alone.
 * epoll.ready_lock protects the tree and the ready items. epoll_files protects the lists of a
 * file's watchers and the nesting of sets. epoll_nest protects the nesting, too, for wake-ups: who
 * changes it has both.
 *
 * Lifetime: a set is held by its file and by each item. An item is held by its set while it is in
 * the tree and by who polls its file; it is in the tree until its file's last close at the latest,
 * so under ready_lock the file of an item in the tree is what it was, perhaps without references.
 */
#ifndef FS_EPOLL_INTERNAL_H
#define FS_EPOLL_INTERNAL_H

#include <hermit/file.h>
#include <hermit/list.h>
#include <hermit/poll.h>
#include <hermit/rbtree.h>
#include <hermit/wait.h>
#include <linux/eventpoll.h>

/* Bits of an item's events that are no events: what is left of a disabled EPOLLONESHOT. */
#define EPOLL_FLAGS ((unsigned)(EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE))

struct epoll {
    struct mutex lock;
    struct spinlock ready_lock;
    struct rb_root items; /* by file and descriptor */
    struct list ready;    /* items that may be ready, oldest first */
    struct list scan_end; /* among them while a call takes events: it goes up to there */
    struct wait_queue wq; /* woken when an item becomes ready */
    struct list outer;    /* epoll_item.outer of the items that watch this set */
    struct list inner;    /* epoll_item.inner of this set's items that watch sets */
    _Atomic unsigned refs;
};

/* A waiter on one queue of a watched file. */
struct epoll_hook {
    struct waiter waiter;
    struct wait_queue *queue;
    struct epoll_item *item;
    struct epoll_hook *next;
    unsigned events; /* for which the queue is woken */
};

struct epoll_item {
    struct epoll *set;               /* with a reference */
    struct rb_node node;             /* in set->items */
    struct list ready;               /* in set->ready; empty: not there */
    struct file *file;               /* no reference */
    struct epoll_item *next_watcher; /* of the file; epoll_files */
    struct list outer, inner;        /* file is a set: in its `outer`, in set->inner */
    int fd;
    unsigned refs;   /* ready_lock */
    bool removed;    /* not in the tree any more; ready_lock */
    unsigned events; /* wanted, and EPOLL_FLAGS; ready_lock */
    unsigned news;   /* wake-ups so far; ready_lock */
    uint64_t data;   /* lock */
    struct epoll_hook *hooks;
    unsigned nr_fast;
    struct epoll_hook fast[2];
};

static inline struct epoll *epoll_of(const struct file *f)
{
    return f->private;
}

static inline bool epoll_in_list(const struct epoll_item *item)
{
    return !list_empty(&item->ready);
}

/* Drops a reference of an item; the last one frees it. ready_lock is held. */
void epoll_item_put(struct epoll_item *item);

/* Marks an item as perhaps ready and wakes who waits for its set. Any context. True: somebody
 * waits. */
bool epoll_item_ready(struct epoll_item *item);

/* struct waiter.notify of hooks. */
bool epoll_notify(struct waiter *w);

/* struct file_ops.poll of sets. */
unsigned epoll_poll(struct file *f, struct poll_table *pt);

/* Does a set have an item that is ready? Drops items that are not from its list. Takes no
 * sleeping lock of a set. */
bool epoll_query(struct epoll *ep);

extern struct spinlock epoll_nest;

#endif
