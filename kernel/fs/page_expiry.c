/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the thread that writes back what has been dirty for too long (page_cache.h), so that a
 * machine that is killed loses the stores of the last moments only. It exists from the first shared
 * mapping of a file at a server for writing on, and sleeps without a timer while nothing is dirty.
 * No locks but the caches'.
 */
#include "page_cache.h"

#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/task_table.h>
#include <hermit/timer.h>
#include <linux/errno.h>

#define CENTISECOND (10UL * 1000 * 1000)
#define PAUSE       CENTISECOND /* between two passes, at least */

_Atomic unsigned page_dirty_expire = 3000; /* as Linux's default */

static struct wait_queue wake = WAIT_QUEUE_INIT(wake);
static _Atomic bool started;

/* Writes back all files that have been dirty for `expire` ns. When the next ones are due. */
static uint64_t pass(uint64_t expire)
{
    uint64_t now = clock_monotonic(), next;
    struct inode *inode;
    while ((inode = page_dirty_since(now, now > expire ? now - expire : 0, &next)) != NULL) {
        (void)page_cache_write_back(inode, 0, PAGE_LAST); /* the error is kept */
        inode_put(inode);
    }
    return next == TIME_FOREVER ? next : MAX(next + expire, now + PAUSE);
}

static void expiry_thread(void *arg)
{
    (void)arg;
    for (;;) {
        unsigned expire = load_relaxed(&page_dirty_expire);
        uint64_t next = pass(expire * CENTISECOND);
        if (next == TIME_FOREVER)
            (void)wait_event(&wake, page_any_dirty(), 0, TIME_FOREVER);
        else
            (void)wait_event(&wake, load_relaxed(&page_dirty_expire) != expire, 0, next);
    }
}

void page_expiry_set(unsigned centiseconds)
{
    store_relaxed(&page_dirty_expire, centiseconds);
    wake_all(&wake);
}

void page_expiry_wake(void)
{
    wake_all(&wake);
}

int page_expiry_start(void)
{
    if (atomic_exchange_explicit(&started, true, memory_order_relaxed)) /* only who is first */
        return 0;
    struct task *t = task_create_kernel("writeback", nr_cpus - 1, expiry_thread, NULL);
    if (t == NULL) {
        store_relaxed(&started, false);
        return -ENOMEM;
    }
    task_start(t);
    return 0;
}
