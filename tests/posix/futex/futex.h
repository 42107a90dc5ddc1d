/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The futex system call without musl's wrappers, and threads that are known to
 * sleep on a futex. Each waiter is told asleep by moving it, one by one, from a
 * gate of its own to the queue under test (REQUEUE returns 1 once it sleeps), so
 * that no test depends on how long a thread takes to fall asleep.
 */
#ifndef TESTS_POSIX_FUTEX_H
#define TESTS_POSIX_FUTEX_H

#include "check.h"
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>

UNUSED static long futex(void *word, int operation, unsigned value, const void *timeout,
                         void *word2, unsigned value3)
{
    return syscall(SYS_futex, word, operation, value, timeout, word2, value3);
}

struct waiter {
    pthread_t thread;
    atomic_int gate;
    atomic_int woken;
    unsigned bits;
};

static atomic_int wake_order;

UNUSED static void *waiter_body(void *argument)
{
    struct waiter *self = argument;

    while (futex(&self->gate, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, self->bits) != 0)
        CHECK(errno == EINTR);
    atomic_store(&self->woken, 1 + atomic_fetch_add(&wake_order, 1));
    return NULL;
}

/* Starts a waiter and leaves it asleep on `queue`. */
UNUSED static void park(struct waiter *self, atomic_int *queue, unsigned bits)
{
    atomic_store(&self->gate, 0);
    atomic_store(&self->woken, 0);
    self->bits = bits;
    self->thread = start(waiter_body, self);
    for (;;) {
        long moved = futex(&self->gate, FUTEX_REQUEUE_PRIVATE, 0, (void *)1, queue, 0);
        REQUIRE(moved >= 0);
        if (moved == 1)
            break;
        sched_yield();
    }
}

UNUSED static int count_woken(struct waiter *waiters, int count)
{
    int woken = 0;

    for (int i = 0; i < count; i++)
        woken += atomic_load(&waiters[i].woken) != 0;
    return woken;
}

UNUSED static void await_woken(struct waiter *waiters, int count, int wanted)
{
    while (count_woken(waiters, count) < wanted)
        sched_yield();
}

#endif
