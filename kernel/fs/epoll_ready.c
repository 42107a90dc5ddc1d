/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: which items of a set are ready, and handing out their events.
 *
 * A wake-up puts an item on its set's list; whoever takes events polls the files of that list
 * alone, so what a set watches besides costs nothing. An item stays on the list, at its end, while
 * it is level-triggered and its file was ready when asked last.
 *
 * Locks: see epoll_internal.h. docs/concurrency.md, "Watched files".
 */
#include "epoll_internal.h"

#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/epoll.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/poll.h>

struct spinlock epoll_nest = SPINLOCK_INIT("epoll_nest");

/* Puts the item on its set's list unless it is on one, or disabled. */
static void mark(struct epoll_item *item)
{
    struct epoll *ep = item->set;
    unsigned long irq = spin_lock(&ep->ready_lock);
    item->news++;
    if (!item->removed && !epoll_in_list(item) && (item->events & ~EPOLL_FLAGS) != 0)
        list_push_back_watched(&ep->ready, &item->ready);
    spin_unlock(&ep->ready_lock, irq);
}

/* The sets that watch a set which was woken, and those that watch them. epoll_nest is held. */
static void wake_outer(struct epoll *ep)
{
    list_for_each (it, &ep->outer) {
        struct epoll_item *item = list_entry(it, struct epoll_item, outer);
        mark(item);
        wake_all(&item->set->wq);
        wake_outer(item->set);
    }
}

bool epoll_item_ready(struct epoll_item *item)
{
    struct epoll *ep = item->set;
    mark(item);
    chaos_point("epoll_marked");
    wake_all(&ep->wq);
    bool nested = !list_looks_empty(&ep->outer); /* after wake_all()'s barrier; pairs: link_sets */
    bool wanted = nested || !list_looks_empty(&ep->wq.waiters);
    if (unlikely(nested)) {
        unsigned long irq = spin_lock(&epoll_nest);
        wake_outer(ep);
        spin_unlock(&epoll_nest, irq);
    }
    return wanted;
}

bool epoll_notify(struct waiter *w)
{
    struct epoll_hook *hook = container_of(w, struct epoll_hook, waiter);
    unsigned wanted = peek(hook->item->events) & ~EPOLL_FLAGS & ~(unsigned)(EPOLLERR | EPOLLHUP);
    /* Who wants hang-ups and errors alone hears of everything; for the others, all queues tell. */
    if (wanted != 0 && (wanted & hook->events) == 0)
        return false;
    return epoll_item_ready(hook->item);
}

/* The first item of the list; NULL: none. ready_lock is held. */
static struct epoll_item *first_ready(struct epoll *ep)
{
    struct list *first = ep->ready.next;
    if (first == &ep->scan_end)
        first = first->next;
    return first != &ep->ready ? list_entry(first, struct epoll_item, ready) : NULL;
}

/* Those of `wanted` that are ready now on an item's file, 0 if it is being closed. The caller has a
 * reference of the item; ready_lock is held, dropped meanwhile and taken again. */
static unsigned poll_item(struct epoll_item *item, unsigned wanted, unsigned long *irq)
{
    struct file *f = item->file;
    if (item->removed || !file_try_get(f))
        return 0;
    spin_unlock(&item->set->ready_lock, *irq);
    chaos_point("epoll_polls");
    unsigned is = f->ops->poll(f, NULL) & wanted;
    file_put(f);
    *irq = spin_lock(&item->set->ready_lock);
    return is;
}

/* Takes an item off the list, or puts it at its end. Nothing if it left the set. Locked. */
static void relist(struct epoll_item *item, bool keep)
{
    list_remove_watched(&item->ready);
    if (keep && !item->removed)
        list_push_back_watched(&item->set->ready, &item->ready);
}

bool epoll_query(struct epoll *ep)
{
    bool ready = false;
    struct epoll_item *item;
    unsigned long irq = spin_lock(&ep->ready_lock);
    while (!ready && (item = first_ready(ep)) != NULL) {
        unsigned news = item->news;
        item->refs++;
        ready = poll_item(item, item->events & ~EPOLL_FLAGS, &irq) != 0;
        if (!ready)
            relist(item, item->news != news);
        epoll_item_put(item);
    }
    spin_unlock(&ep->ready_lock, irq);
    return ready;
}

unsigned epoll_poll(struct file *f, struct poll_table *pt)
{
    struct epoll *ep = epoll_of(f);
    poll_wait(pt, &ep->wq, POLLIN | POLLRDNORM);
    return epoll_query(ep) ? POLLIN | POLLRDNORM : 0;
}

/*
 * Asks the first item of the list, and stores its event. 1: stored; 0: it was not ready; −EFAULT.
 * It is off the list then, or behind scan_end. Both locks are held, ready_lock not all the time.
 */
static int take_event(struct epoll_item *item, struct epoll_event __user *to, unsigned long *irq)
{
    unsigned news = item->news, flags = item->events & EPOLL_FLAGS;
    item->refs++;
    unsigned is = poll_item(item, item->events & ~EPOLL_FLAGS, irq);
    int n = is != 0;
    if (is != 0) {
        struct epoll_event event = {is, item->data};
        spin_unlock(&item->set->ready_lock, *irq);
        if (copy_to_user(to, &event, sizeof(event)) != 0)
            n = -EFAULT;
        *irq = spin_lock(&item->set->ready_lock);
    }
    if (n > 0 && flags & EPOLLONESHOT) {
        poke(item->events, item->events & EPOLL_FLAGS);
        relist(item, false);
    } else if (n >= 0) { /* level-triggered, or woken while it was asked */
        relist(item, (is != 0 && !(flags & EPOLLET)) || item->news != news);
    }
    epoll_item_put(item);
    return n;
}

/* Stores up to `max` events. How many, or −EFAULT. */
static long collect(struct epoll *ep, struct epoll_event __user *events, int max)
{
    struct epoll_item *item;
    int n = 0, got = 0;
    mutex_lock(&ep->lock);
    unsigned long irq = spin_lock(&ep->ready_lock);
    list_push_back_watched(&ep->ready, &ep->scan_end);
    while (n < max && got >= 0 && ep->ready.next != &ep->scan_end) {
        item = first_ready(ep);
        got = take_event(item, events + n, &irq);
        n += got > 0;
    }
    list_remove_watched(&ep->scan_end);
    bool more = !list_empty(&ep->ready);
    spin_unlock(&ep->ready_lock, irq);
    mutex_unlock(&ep->lock);
    if (more)
        wake_all(&ep->wq); /* for the next one who waits */
    return n > 0 ? n : got;
}

/* Sleeps unless something may be ready. 0, −ETIMEDOUT, −EINTR. */
static int sleep(struct epoll *ep, uint64_t deadline)
{
    struct waiter w;
    int err = 0;
    wait_begin(&ep->wq, &w, WAIT_INTERRUPTIBLE | WAIT_EXCLUSIVE);
    if (list_looks_empty(&ep->ready))
        err = wait_sleep(deadline);
    wait_end(&ep->wq, &w);
    return err;
}

long epoll_wait_events(struct file *set, struct epoll_event __user *events, int max,
                       uint64_t deadline)
{
    if (!file_is_epoll(set))
        return -EINVAL;
    struct epoll *ep = epoll_of(set);
    for (int err = 0;;) {
        /* Also after a signal: this task may have been woken in place of another one. */
        long n = list_looks_empty(&ep->ready) ? 0 : collect(ep, events, max);
        if (n != 0 || deadline == 0 || err == -ETIMEDOUT)
            return n;
        if (err != 0)
            return err;
        err = sleep(ep, deadline);
    }
}
