/* SPDX-License-Identifier: BSD-3-Clause */
/* Circular doubly linked list; the head is a node of its own. Locking is the caller's. */
#ifndef HERMIT_LIST_H
#define HERMIT_LIST_H

#include <hermit/atomic.h>
#include <hermit/types.h>

struct list {
    struct list *next, *prev;
};

#define LIST_INIT(name) {&(name), &(name)}

static inline void list_init(struct list *head)
{
    head->next = head;
    head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}

/* For readers without the list's lock: a relaxed read of one word. */
static inline bool list_looks_empty(const struct list *head)
{
    return peek(head->next) == head;
}

static inline void list_insert_between(struct list *node, struct list *prev, struct list *next)
{
    node->prev = prev;
    node->next = next;
    prev->next = node;
    next->prev = node;
}

/* Adds as the first element. */
static inline void list_push_front(struct list *head, struct list *node)
{
    list_insert_between(node, head, head->next);
}

/* Adds as the last element. */
static inline void list_push_back(struct list *head, struct list *node)
{
    list_insert_between(node, head->prev, head);
}

/* Unlinks a node that is freed or linked again next: its own links are not reset. */
static inline void list_unlink(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
}

/* Unlinks the node and resets its links, so that a second removal is harmless. */
static inline void list_remove(struct list *node)
{
    list_unlink(node);
    list_init(node);
}

/* list_push_back() and list_remove() for a list read by list_looks_empty(): they change the head's
 * `next` by poke(). */
static inline void list_push_back_watched(struct list *head, struct list *node)
{
    node->next = head;
    node->prev = head->prev;
    poke(head->prev->next, node);
    head->prev = node;
}

static inline void list_remove_watched(struct list *node)
{
    poke(node->prev->next, node->next);
    node->next->prev = node->prev;
    list_init(node);
}

#define list_entry(node, type, member) container_of(node, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)
#define list_for_each(it, head)        for (struct list *it = (head)->next; it != (head); it = it->next)
#define list_for_each_safe(it, tmp, head)                                                          \
    for (struct list *it = (head)->next, *tmp = it->next; it != (head); it = tmp, tmp = it->next)

#endif
