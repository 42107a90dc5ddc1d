/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: sets of watched files, their items, and how sets are nested.
 *
 * An item hangs a waiter on each queue of its file. Three can end it: EPOLL_CTL_DEL, the last close
 * of the set, and the last close of the file, which finds it by file->watchers. The first holds a
 * reference of both files; the other two may meet, and take epoll_files.
 *
 * Locks: see epoll_internal.h. docs/concurrency.md, "Watched files".
 */
#include "epoll_internal.h"

#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/epoll.h>
#include <hermit/kmalloc.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "file_internal.h"

static struct mutex epoll_files = MUTEX_INIT(epoll_files);

/* Sets may watch sets so deep, and a wake-up may have so many ways up to a set of each level. */
#define MAX_NESTING 4
static const unsigned max_ways[MAX_NESTING] = {500, 100, 50, 10};

static void epoll_put(struct epoll *ep)
{
    if (atomic_fetch_sub_explicit(&ep->refs, 1, memory_order_acq_rel) == 1)
        kfree(ep);
}

static void free_hooks(struct epoll_item *item)
{
    for (struct epoll_hook *h = item->hooks, *next; h != NULL; h = next) {
        next = h->next;
        if (h < item->fast || h >= item->fast + ARRAY_SIZE(item->fast))
            kfree(h);
    }
}

/* The set is not freed here: whoever holds its lock holds it. */
void epoll_item_put(struct epoll_item *item)
{
    if (--item->refs > 0)
        return;
    free_hooks(item);
    sub_relaxed(&item->set->refs, 1); /* not the last, as the caller has one */
    kfree(item);
}

/* The order of items in a set. */
static int compare(const struct epoll_item *item, const struct file *f, int fd)
{
    if (item->file != f)
        return (uintptr_t)f < (uintptr_t)item->file ? -1 : 1;
    return (fd > item->fd) - (fd < item->fd);
}

/* NULL: none. The set's lock is held. */
static struct epoll_item *find(struct epoll *ep, const struct file *f, int fd)
{
    struct epoll_item *found = NULL;
    unsigned long irq = spin_lock(&ep->ready_lock);
    struct rb_node *node = ep->items.node;
    while (node != NULL && found == NULL) {
        struct epoll_item *item = rb_entry(node, struct epoll_item, node);
        int order = compare(item, f, fd);
        if (order == 0)
            found = item;
        node = order < 0 ? node->left : node->right;
    }
    spin_unlock(&ep->ready_lock, irq);
    return found;
}

static void insert(struct epoll *ep, struct epoll_item *item)
{
    unsigned long irq = spin_lock(&ep->ready_lock);
    struct rb_node **link = &ep->items.node, *parent = NULL;
    while (*link != NULL) {
        parent = *link;
        struct epoll_item *other = rb_entry(parent, struct epoll_item, node);
        link = compare(other, item->file, item->fd) < 0 ? &parent->left : &parent->right;
    }
    rb_insert(&ep->items, parent, link, &item->node, NULL);
    spin_unlock(&ep->ready_lock, irq);
}

/* epoll_files is held from here on. */

/* Ways by which a wake-up of `ep` goes up, counted for each level from `level` on. False: too
 * many. */
static bool count_ways(const struct epoll *ep, unsigned level, unsigned ways[MAX_NESTING])
{
    list_for_each (it, &ep->outer) {
        if (level == MAX_NESTING || ++ways[level] > max_ways[level] ||
            !count_ways(list_entry(it, struct epoll_item, outer)->set, level + 1, ways))
            return false;
    }
    return true;
}

/* The same for each set at or below `ep`. */
static bool ways_are_few(const struct epoll *ep)
{
    unsigned ways[MAX_NESTING] = {0};
    bool few = count_ways(ep, 0, ways);
    list_for_each (it, &ep->inner)
        few = few && ways_are_few(epoll_of(list_entry(it, struct epoll_item, inner)->file));
    return few;
}

/* Levels of sets above `ep`. */
static unsigned height_above(const struct epoll *ep)
{
    unsigned height = 0;
    list_for_each (it, &ep->outer)
        height = MAX(height, 1 + height_above(list_entry(it, struct epoll_item, outer)->set));
    return height;
}

/* Levels of sets below `ep`; MAX_NESTING + 1 if `stop` is one of them, or `ep`. */
static unsigned depth_below(const struct epoll *ep, const struct epoll *stop)
{
    unsigned depth = ep == stop ? MAX_NESTING + 1 : 0;
    list_for_each (it, &ep->inner) {
        const struct epoll *below = epoll_of(list_entry(it, struct epoll_item, inner)->file);
        depth = MAX(depth, MIN(1 + depth_below(below, stop), MAX_NESTING + 1U));
    }
    return depth;
}

/* Nests the item's file, a set, in the item's set. 0, −ELOOP, −EINVAL. */
static int link_sets(struct epoll_item *item)
{
    struct epoll *ep = item->set, *below = epoll_of(item->file);
    if (1 + depth_below(below, ep) + height_above(ep) > MAX_NESTING)
        return -ELOOP;
    unsigned long irq = spin_lock(&epoll_nest);
    list_push_back_watched(&below->outer, &item->outer);
    list_push_back(&ep->inner, &item->inner);
    spin_unlock(&epoll_nest, irq);
    /* The set below is asked next whether it is ready; pairs with epoll_item_ready(). */
    atomic_thread_fence(memory_order_seq_cst);
    return ways_are_few(below) ? 0 : -EINVAL;
}

static void unlink_sets(struct epoll_item *item)
{
    unsigned long irq = spin_lock(&epoll_nest);
    list_remove_watched(&item->outer);
    list_remove(&item->inner);
    spin_unlock(&epoll_nest, irq);
}

static void link_watcher(struct epoll_item *item)
{
    item->next_watcher = load_relaxed(&item->file->watchers);
    store_relaxed(&item->file->watchers, item); /* the caller's put of the file releases it */
}

/* The last step of an item that touches its file. */
static void unlink_watcher(struct epoll_item *item)
{
    _Atomic(struct epoll_item *) *first = &item->file->watchers;
    struct epoll_item *it = load_relaxed(first);
    if (it == item) {
        /* Release: this item's waiters have left; pairs with file_last_put(). */
        atomic_store_explicit(first, item->next_watcher, memory_order_release);
        return;
    }
    while (it->next_watcher != item)
        it = it->next_watcher;
    it->next_watcher = item->next_watcher;
}

static void unhook(struct epoll_item *item)
{
    for (struct epoll_hook *h = item->hooks; h != NULL; h = h->next)
        wait_leave(h->queue, &h->waiter);
    if (!list_empty(&item->outer))
        unlink_sets(item);
}

/* Takes an item out of its set and away from its file. */
static void remove_item(struct epoll_item *item)
{
    struct epoll *ep = item->set;
    unhook(item);
    chaos_point("epoll_unhooked");
    unlink_watcher(item);
    atomic_fetch_add_explicit(&ep->refs, 1, memory_order_relaxed); /* the item's may go */
    unsigned long irq = spin_lock(&ep->ready_lock);
    rb_remove(&ep->items, &item->node, NULL);
    list_remove_watched(&item->ready);
    item->removed = true;
    epoll_item_put(item);
    spin_unlock(&ep->ready_lock, irq);
    epoll_put(ep);
}

/* epoll_files is not held from here on. */

/* file_unwatch of hermit/file.h. */
static void file_gone(struct file *f)
{
    struct epoll_item *item;
    mutex_lock(&epoll_files);
    while ((item = load_relaxed(&f->watchers)) != NULL)
        remove_item(item);
    mutex_unlock(&epoll_files);
}

static struct epoll_item *first_item(struct epoll *ep)
{
    unsigned long irq = spin_lock(&ep->ready_lock);
    struct rb_node *node = rb_first(&ep->items);
    spin_unlock(&ep->ready_lock, irq);
    return node != NULL ? rb_entry(node, struct epoll_item, node) : NULL;
}

static void epoll_release(struct file *f)
{
    struct epoll *ep = epoll_of(f);
    struct epoll_item *item;
    do {
        mutex_lock(&epoll_files); /* anew for each: other files are closed meanwhile */
        item = first_item(ep);
        if (item != NULL)
            remove_item(item);
        mutex_unlock(&epoll_files);
    } while (item != NULL);
    epoll_put(ep);
}

struct hooking {
    struct poll_table table;
    struct epoll_item *item;
    int error;
};

/* struct poll_table.add: a waiter on one queue of an item's file. */
static void add_hook(struct poll_table *pt, struct wait_queue *wq, unsigned events)
{
    struct hooking *hooking = container_of(pt, struct hooking, table);
    struct epoll_item *item = hooking->item;
    struct epoll_hook *h =
        item->nr_fast < ARRAY_SIZE(item->fast) ? &item->fast[item->nr_fast++] : kmalloc(sizeof(*h));
    if (h == NULL) {
        hooking->error = -ENOMEM;
        return;
    }
    bool exclusive = item->events & (unsigned)EPOLLEXCLUSIVE;
    *h = (struct epoll_hook){.waiter = {.notify = epoll_notify,
                                        .exclusive = exclusive ? item->events & ~EPOLL_FLAGS : 0},
                             .queue = wq,
                             .item = item,
                             .next = item->hooks,
                             .events = events};
    item->hooks = h;
    wait_join(wq, &h->waiter);
}

/* Puts the item into its set and lets its file wake it. *is: the events that are ready now. 0, or
 * why not: then it is freed. The set's lock is held. */
static int hook(struct epoll_item *item, unsigned *is)
{
    struct hooking hooking = {.table.add = add_hook, .item = item};
    struct file *f = item->file;
    bool nested = file_is_epoll(f);
    mutex_lock(&epoll_files);
    link_watcher(item);
    insert(item->set, item);
    if (nested)
        hooking.error = link_sets(item);
    mutex_unlock(&epoll_files);
    if (hooking.error == 0)
        *is = nested ? f->ops->poll(f, NULL) : f->ops->poll(f, &hooking.table);
    if (hooking.error != 0) {
        mutex_lock(&epoll_files);
        remove_item(item);
        mutex_unlock(&epoll_files);
    }
    return hooking.error;
}

static int add(struct epoll *ep, struct file *f, int fd, const struct epoll_event *event)
{
    struct epoll_item *item = kzalloc(sizeof(*item));
    unsigned is = 0;
    if (item == NULL)
        return -ENOMEM;
    *item = (struct epoll_item){.set = ep, .file = f, .fd = fd, .refs = 1, .data = event->data};
    item->events = event->events | EPOLLERR | EPOLLHUP;
    list_init(&item->ready);
    list_init(&item->outer);
    list_init(&item->inner);
    add_relaxed(&ep->refs, 1);
    int err = hook(item, &is);
    if (err == 0 && is & item->events)
        epoll_item_ready(item);
    return err;
}

static void modify(struct epoll_item *item, const struct epoll_event *event)
{
    struct epoll *ep = item->set;
    unsigned events = event->events | EPOLLERR | EPOLLHUP;
    unsigned long irq = spin_lock(&ep->ready_lock);
    poke(item->events, events);
    item->data = event->data;
    spin_unlock(&ep->ready_lock, irq);
    /* Before the file is asked: a wake-up sees the new events or has come before. */
    atomic_thread_fence(memory_order_seq_cst);
    if (item->file->ops->poll(item->file, NULL) & events & ~EPOLL_FLAGS)
        epoll_item_ready(item);
}

static void delete(struct epoll_item *item)
{
    mutex_lock(&epoll_files);
    remove_item(item);
    mutex_unlock(&epoll_files);
}

static int change_locked(struct epoll *ep, int op, struct file *f, int fd,
                         const struct epoll_event *event)
{
    struct epoll_item *item = find(ep, f, fd);
    switch (op) {
    case EPOLL_CTL_ADD:
        return item != NULL ? -EEXIST : add(ep, f, fd, event);
    case EPOLL_CTL_DEL:
        if (item == NULL)
            return -ENOENT;
        delete (item);
        return 0;
    case EPOLL_CTL_MOD:
        if (item == NULL)
            return -ENOENT;
        if (item->events & (unsigned)EPOLLEXCLUSIVE)
            return -EINVAL;
        modify(item, event);
        return 0;
    default:
        return -EINVAL;
    }
}

/* What may go with EPOLLEXCLUSIVE. */
#define EXCLUSIVE_MAY_HAVE                                                                         \
    ((unsigned)(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE))

static bool exclusive_ok(int op, const struct file *f, unsigned events)
{
    if (op == EPOLL_CTL_DEL || !(events & (unsigned)EPOLLEXCLUSIVE))
        return true;
    return op != EPOLL_CTL_MOD && !file_is_epoll(f) && !(events & ~EXCLUSIVE_MAY_HAVE);
}

int epoll_change(struct file *set, int op, struct file *f, int fd, const struct epoll_event *event)
{
    if (f->ops->poll == NULL)
        return -EPERM;
    if (f == set || !file_is_epoll(set) || !exclusive_ok(op, f, event->events))
        return -EINVAL;
    struct epoll *ep = epoll_of(set);
    mutex_lock(&ep->lock);
    int err = change_locked(ep, op, f, fd, event);
    mutex_unlock(&ep->lock);
    return err;
}

static const struct file_ops epoll_ops = {
    .poll = epoll_poll,
    .stat = file_stat_anonymous,
    .name = "[eventpoll]",
    .release = epoll_release,
};

bool file_is_epoll(const struct file *f)
{
    return f->ops == &epoll_ops;
}

int epoll_create(struct file **file)
{
    struct epoll *ep = kzalloc(sizeof(*ep));
    struct file *f = ep == NULL ? NULL : file_alloc(&epoll_ops, O_RDWR);
    if (f == NULL) {
        kfree(ep);
        return -ENOMEM;
    }
    mutex_init(&ep->lock, "epoll");
    spin_init(&ep->ready_lock, "epoll.ready");
    list_init(&ep->ready);
    wait_queue_init(&ep->wq);
    spin_init(&ep->wq.lock, "epoll.wait"); /* taken inside the queue of a watched file */
    list_init(&ep->outer);
    list_init(&ep->inner);
    store_relaxed(&ep->refs, 1);
    poke(file_unwatch, file_gone);
    f->private = ep;
    *file = f;
    return 0;
}
