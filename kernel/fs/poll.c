/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: polling calls. A wake-up of any queue sets `triggered` and wakes the task,
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

void poll_wait(struct poll_table *pt, struct wait_queue *wq, unsigned events)
{
    if (pt != NULL)
        pt->add(pt, wq, events);
}

/* Called with the lock of the woken queue held. */
static bool poll_notify(struct waiter *w)
{
    struct poll_entry *e = container_of(w, struct poll_entry, waiter);
    /* Before task_wake() reads the task's state: pairs with wait_begin() in poll_sleep(). */
    atomic_store_explicit(&e->call->triggered, true, memory_order_seq_cst);
    return task_wake(e->call->task);
}

static struct poll_entry *entry_alloc(struct poll_call *pc)
{
    if (pc->nr_fast < ARRAY_SIZE(pc->fast))
        return &pc->fast[pc->nr_fast++];
    return kmalloc(sizeof(struct poll_entry));
}

static void add_entry(struct poll_table *pt, struct wait_queue *wq, unsigned events)
{
    struct poll_call *pc = container_of(pt, struct poll_call, table);
    (void)events;
    if (!pc->registering)
        return;
    struct poll_entry *e = entry_alloc(pc);
    if (e == NULL) {
        pc->error = -ENOMEM;
        return;
    }
    e->queue = wq;
    e->call = pc;
    e->file = pc->file;
    e->waiter = (struct waiter){.task = pc->task, .notify = poll_notify};
    e->next = pc->entries;
    pc->entries = e;
    file_get(e->file);
    wait_join(wq, &e->waiter);
}

void poll_call_init(struct poll_call *pc)
{
    pc->table.add = add_entry;
    pc->task = current_task();
    store_relaxed(&pc->triggered, false);
    pc->error = 0;
    pc->registering = true;
    pc->file = NULL;
    pc->entries = NULL;
    pc->nr_fast = 0;
    wait_queue_init(&pc->sleep);
}

void poll_call_free(struct poll_call *pc)
{
    for (struct poll_entry *e = pc->entries, *next; e != NULL; e = next) {
        next = e->next;
        wait_leave(e->queue, &e->waiter);
        file_put(e->file);
        if (e < pc->fast || e >= pc->fast + ARRAY_SIZE(pc->fast))
            kfree(e);
    }
    pc->entries = NULL;
}

unsigned poll_file(struct file *f, unsigned events, struct poll_call *pc)
{
    if (f->ops->poll == NULL)
        return (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM) & events;
    if (pc != NULL)
        pc->file = f;
    return f->ops->poll(f, pc != NULL ? &pc->table : NULL) &
           (events | POLLERR | POLLHUP | POLLNVAL);
}

void poll_arm(struct poll_call *pc)
{
    /* Before the files are polled: a change that they do not report yet sets it again. */
    atomic_store_explicit(&pc->triggered, false, memory_order_seq_cst);
}

int poll_sleep(struct poll_call *pc, uint64_t deadline)
{
    pc->registering = false;
    return wait_event(&pc->sleep, atomic_load_explicit(&pc->triggered, memory_order_acquire),
                      WAIT_INTERRUPTIBLE, deadline); /* pairs: poll_notify() */
}
