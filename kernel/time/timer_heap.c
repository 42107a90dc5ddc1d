/* SPDX-License-Identifier: BSD-3-Clause */
/* Pairing heap of timers; see timer_heap.h. Pure, no locks, no recursion: a heap may be a list. */
#include "timer_heap.h"

/* Joins two heaps; of equal deadlines `a` stays in front. Either may be NULL. */
static struct timer *heap_merge(struct timer *a, struct timer *b)
{
    if (a == NULL)
        return b;
    if (b == NULL)
        return a;
    if (b->deadline < a->deadline) {
        struct timer *swap = a;
        a = b;
        b = swap;
    }
    b->next = a->child;
    if (b->next != NULL)
        b->next->prev = b;
    b->prev = a;
    a->child = b;
    return a;
}

/* Joins a list of siblings into one heap: first in pairs from the front, then from the back. */
static struct timer *heap_merge_siblings(struct timer *first)
{
    struct timer *pairs = NULL; /* stack, linked through next */
    struct timer *root = NULL;

    while (first != NULL) {
        struct timer *a = first, *b = first->next;
        first = b != NULL ? b->next : NULL;
        a->next = NULL;
        if (b != NULL)
            b->next = NULL;
        a = heap_merge(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs != NULL) {
        struct timer *rest = pairs->next;
        pairs->next = NULL;
        root = heap_merge(pairs, root);
        pairs = rest;
    }
    return root;
}

struct timer *timer_heap_insert(struct timer *root, struct timer *t)
{
    t->child = t->next = t->prev = NULL;
    return heap_merge(root, t);
}

struct timer *timer_heap_remove(struct timer *root, struct timer *t)
{
    struct timer *below = heap_merge_siblings(t->child);

    if (below != NULL)
        below->prev = below->next = NULL;
    if (t == root)
        return below;
    if (t->prev->child == t)
        t->prev->child = t->next;
    else
        t->prev->next = t->next;
    if (t->next != NULL)
        t->next->prev = t->prev;
    return heap_merge(root, below);
}
