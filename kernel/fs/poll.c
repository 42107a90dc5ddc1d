/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: poll tables. A wake-up of any queue sets `triggered` and wakes the task,
 * which then polls all its files again. Entries belong to the polling task; the
 * queues' locks protect their links.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/poll.h>
#include <hermit/sched.h>
#include <hermit/task.h>
#include <linux/errno.h>
#include <linux/poll.h>

void poll_table_init(struct poll_table *pt)
{
    pt->task = current_task();
    store_relaxed(&pt->triggered, false);
    pt->error = 0;
    pt->registering = true;
    pt->file = NULL;
    pt->entries = NULL;
    pt->nr_fast = 0;
    wait_queue_init(&pt->sleep);
}

/* Called with the lock of the woken queue held. */
static void poll_notify(struct waiter *w)
{
    struct poll_entry *e = container_of(w, struct poll_entry, waiter);
    /* Before task_wake() reads the task's state: pairs with wait_begin() in poll_sleep(). */
    atomic_store_explicit(&e->table->triggered, true, memory_order_seq_cst);
    task_wake(e->table->task);
}

static struct poll_entry *entry_alloc(struct poll_table *pt)
{
    if (pt->nr_fast < ARRAY_SIZE(pt->fast))
        return &pt->fast[pt->nr_fast++];
    return kmalloc(sizeof(struct poll_entry));
}

void poll_wait(struct poll_table *pt, struct wait_queue *wq)
{
    if (pt == NULL || !pt->registering)
        return;
    struct poll_entry *e = entry_alloc(pt);
    if (e == NULL) {
        pt->error = -ENOMEM;
        return;
    }
    e->queue = wq;
    e->table = pt;
    e->file = pt->file;
    e->waiter = (struct waiter){.task = pt->task, .notify = poll_notify};
    e->next = pt->entries;
    pt->entries = e;
    file_get(e->file);
    unsigned long irq = spin_lock(&wq->lock);
    list_push_back_watched(&wq->waiters, &e->waiter.link);
    spin_unlock(&wq->lock, irq);
    atomic_thread_fence(memory_order_seq_cst); /* pairs: has_waiters() in wait.c */
}

void poll_table_free(struct poll_table *pt)
{
    for (struct poll_entry *e = pt->entries, *next; e != NULL; e = next) {
        next = e->next;
        unsigned long irq = spin_lock(&e->queue->lock);
        list_remove_watched(&e->waiter.link);
        spin_unlock(&e->queue->lock, irq);
        file_put(e->file);
        if (e < pt->fast || e >= pt->fast + ARRAY_SIZE(pt->fast))
            kfree(e);
    }
    pt->entries = NULL;
}

unsigned poll_file(struct file *f, unsigned events, struct poll_table *pt)
{
    if (f->ops->poll == NULL)
        return (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM) & events;
    if (pt != NULL)
        pt->file = f;
    return f->ops->poll(f, pt) & (events | POLLERR | POLLHUP | POLLNVAL);
}

void poll_arm(struct poll_table *pt)
{
    /* Before the files are polled: a change that they do not report yet sets it again. */
    atomic_store_explicit(&pt->triggered, false, memory_order_seq_cst);
}

int poll_sleep(struct poll_table *pt, uint64_t deadline)
{
    pt->registering = false;
    return wait_event(&pt->sleep, atomic_load_explicit(&pt->triggered, memory_order_acquire),
                      WAIT_INTERRUPTIBLE, deadline); /* pairs: poll_notify() */
}
