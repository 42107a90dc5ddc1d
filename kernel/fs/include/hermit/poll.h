/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting for several files at once. A poll table holds one waiter for each queue
 * that ops->poll registered; it belongs to the task that polls.
 */
#ifndef HERMIT_POLL_H
#define HERMIT_POLL_H

#include <hermit/file.h>
#include <hermit/wait.h>

struct poll_entry {
    struct waiter waiter;
    struct wait_queue *queue;
    struct poll_table *table;
    struct file *file; /* with a reference, which keeps the queue */
    struct poll_entry *next;
};

struct poll_table {
    struct task *task;
    _Atomic bool triggered; /* a queue was woken since poll_arm() */
    int error;              /* −ENOMEM: a queue could not be registered */
    bool registering;       /* first round: queues are registered */
    struct file *file;      /* being polled */
    struct poll_entry *entries;
    unsigned nr_fast;
    struct poll_entry fast[8]; /* the first entries: no allocation for few queues */
    struct wait_queue sleep;   /* the task sleeps on it; never woken as a queue */
};

void poll_table_init(struct poll_table *pt);
void poll_table_free(struct poll_table *pt);

/* Returns those of `events`, POLLERR and POLLHUP that are ready on f; registers in the first
 * round. */
unsigned poll_file(struct file *f, unsigned events, struct poll_table *pt);

/* Call it before each round of poll_file(). */
void poll_arm(struct poll_table *pt);
/* Sleeps unless a queue was woken since poll_arm(). 0, −ETIMEDOUT, −EINTR. */
int poll_sleep(struct poll_table *pt, uint64_t deadline);

#endif
