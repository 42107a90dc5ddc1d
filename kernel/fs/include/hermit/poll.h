/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Waiting for several files at once. ops->poll names the queues of a file to a poll table by
 * poll_wait(); what the table does with them is its owner's: a call such as poll(2) hangs a waiter
 * on each until it returns (struct poll_call), an item of epoll as long as it exists.
 */
#ifndef HERMIT_POLL_H
#define HERMIT_POLL_H

#include <hermit/file.h>
#include <hermit/wait.h>

struct poll_table {
    void (*add)(struct poll_table *pt, struct wait_queue *wq, unsigned events); /* see poll_wait */
};

struct poll_entry {
    struct waiter waiter;
    struct wait_queue *queue;
    struct poll_call *call;
    struct file *file; /* with a reference, which keeps the queue */
    struct poll_entry *next;
};

/* A task that polls files until one is ready. */
struct poll_call {
    struct poll_table table;
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

void poll_call_init(struct poll_call *pc);
void poll_call_free(struct poll_call *pc);

/* Returns those of `events`, POLLERR and POLLHUP that are ready on f; registers in the first
 * round. pc may be NULL. */
unsigned poll_file(struct file *f, unsigned events, struct poll_call *pc);

/* Call it before each round of poll_file(). */
void poll_arm(struct poll_call *pc);
/* Sleeps unless a queue was woken since poll_arm(). 0, −ETIMEDOUT, −EINTR. */
int poll_sleep(struct poll_call *pc, uint64_t deadline);

#endif
