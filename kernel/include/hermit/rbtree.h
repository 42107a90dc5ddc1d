/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Red-black tree, intrusive. The caller locks, and finds the place for a new node;
 * nodes can carry augmented data (such as a subtree maximum), updated by a callback.
 */
#ifndef HERMIT_RBTREE_H
#define HERMIT_RBTREE_H

#include <hermit/types.h>

struct rb_node {
    struct rb_node *parent, *left, *right;
    bool red;
};

struct rb_root {
    struct rb_node *node;
};

/* Recomputes a node's augmented data from itself and its children; true if it changed. A NULL
 * callback: no augmented data. */
typedef bool (*rb_update)(struct rb_node *node);

/* Links `node` at *link below `parent` (found by the caller's descent) and rebalances. The node's
 * data must not yet affect its ancestors': call rb_update_path() once it does. */
void rb_insert(struct rb_root *root, struct rb_node *parent, struct rb_node **link,
               struct rb_node *node, rb_update fn);
void rb_remove(struct rb_root *root, struct rb_node *node, rb_update fn);
/* Recomputes augmented data from `node` upwards, until it does not change. */
void rb_update_path(struct rb_node *node, rb_update fn);

struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);

#define rb_entry(node, type, member) container_of(node, type, member)

#endif
