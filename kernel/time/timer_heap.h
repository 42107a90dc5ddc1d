/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pairing heap of timers by deadline: insertion in constant time, removal in O(log n)
 * amortised, no memory of its own. The caller locks.
 */
#ifndef TIMER_HEAP_H
#define TIMER_HEAP_H

#include <hermit/timer.h>

/* Adds `t` (child, next and prev are overwritten) and returns the new root. `root` may be NULL. */
struct timer *timer_heap_insert(struct timer *root, struct timer *t);

/* Takes `t`, which must be in the heap, out of it and returns the new root, NULL: empty. */
struct timer *timer_heap_remove(struct timer *root, struct timer *t);

#endif
