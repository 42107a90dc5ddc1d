/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Red-black tree (Cormen et al., "Introduction to Algorithms", chapter 13, with NULL
 * leaves) with augmentation: after every change of shape the callback runs for each
 * node whose children changed, children first, and then for the ancestors as long as
 * the callback changes anything. Owns nothing; the caller locks. Links are changed by
 * poke(): kernel/vm/mm_lock.c searches a tree without its lock.
 */
#include <hermit/atomic.h>
#include <hermit/rbtree.h>

static bool is_red(const struct rb_node *n)
{
    return n != NULL && n->red;
}

static void update(struct rb_node *n, rb_update fn)
{
    if (fn != NULL && n != NULL)
        fn(n);
}

/* Puts `new` in the place of `old` below `parent`. */
static void replace_child(struct rb_root *root, struct rb_node *parent, struct rb_node *old,
                          struct rb_node *new)
{
    if (parent == NULL)
        poke(root->node, new);
    else if (parent->left == old)
        poke(parent->left, new);
    else
        poke(parent->right, new);
    if (new != NULL)
        new->parent = parent;
}

static void rotate_left(struct rb_root *root, struct rb_node *n, rb_update fn)
{
    struct rb_node *up = n->right;
    poke(n->right, up->left);
    if (n->right != NULL)
        n->right->parent = n;
    replace_child(root, n->parent, n, up);
    poke(up->left, n);
    n->parent = up;
    update(n, fn);
    update(up, fn);
}

static void rotate_right(struct rb_root *root, struct rb_node *n, rb_update fn)
{
    struct rb_node *up = n->left;
    poke(n->left, up->right);
    if (n->left != NULL)
        n->left->parent = n;
    replace_child(root, n->parent, n, up);
    poke(up->right, n);
    n->parent = up;
    update(n, fn);
    update(up, fn);
}

static void rotate(struct rb_root *root, struct rb_node *n, bool left, rb_update fn)
{
    if (left)
        rotate_left(root, n, fn);
    else
        rotate_right(root, n, fn);
}

void rb_update_path(struct rb_node *node, rb_update fn)
{
    while (node != NULL && fn != NULL && fn(node))
        node = node->parent;
}

void rb_insert(struct rb_root *root, struct rb_node *parent, struct rb_node **link,
               struct rb_node *n, rb_update fn)
{
    *n = (struct rb_node){.parent = parent, .red = true};
    publish_pointer(*link, n);
    while (is_red(n->parent)) {
        struct rb_node *up = n->parent, *top = up->parent;
        bool on_left = up == top->left;
        struct rb_node *uncle = on_left ? top->right : top->left;
        if (is_red(uncle)) {
            up->red = uncle->red = false;
            top->red = true;
            n = top;
            continue;
        }
        if (n == (on_left ? up->right : up->left)) {
            rotate(root, up, on_left, fn);
            up = n;
        }
        up->red = false;
        top->red = true;
        rotate(root, top, !on_left, fn);
        break;
    }
    root->node->red = false;
}

/* The subtree at `n` (possibly NULL) below `parent` is one black node short. */
static void fix_short(struct rb_root *root, struct rb_node *n, struct rb_node *parent, rb_update fn)
{
    while (n != root->node && !is_red(n)) {
        bool on_left = n == parent->left;
        struct rb_node *sibling = on_left ? parent->right : parent->left;
        if (sibling->red) {
            sibling->red = false;
            parent->red = true;
            rotate(root, parent, on_left, fn);
            sibling = on_left ? parent->right : parent->left;
        }
        if (!is_red(sibling->left) && !is_red(sibling->right)) {
            sibling->red = true;
            n = parent;
            parent = n->parent;
            continue;
        }
        struct rb_node *far = on_left ? sibling->right : sibling->left;
        if (!is_red(far)) {
            (on_left ? sibling->left : sibling->right)->red = false;
            sibling->red = true;
            rotate(root, sibling, !on_left, fn);
            sibling = on_left ? parent->right : parent->left;
            far = on_left ? sibling->right : sibling->left;
        }
        sibling->red = parent->red;
        parent->red = false;
        far->red = false;
        rotate(root, parent, on_left, fn);
        n = root->node;
    }
    if (n != NULL)
        n->red = false;
}

void rb_remove(struct rb_root *root, struct rb_node *n, rb_update fn)
{
    struct rb_node *child, *parent;
    bool was_red = n->red;
    if (n->left == NULL || n->right == NULL) {
        child = n->left != NULL ? n->left : n->right;
        parent = n->parent;
        replace_child(root, parent, n, child);
        rb_update_path(parent, fn);
    } else {
        struct rb_node *next = n->right; /* the successor takes n's place */
        while (next->left != NULL)
            next = next->left;
        was_red = next->red;
        child = next->right;
        parent = next->parent == n ? next : next->parent;
        if (next->parent != n) {
            replace_child(root, next->parent, next, child);
            poke(next->right, n->right);
            next->right->parent = next;
        }
        replace_child(root, n->parent, n, next);
        poke(next->left, n->left);
        next->left->parent = next;
        next->red = n->red;
        for (struct rb_node *at = parent; fn != NULL && at != next; at = at->parent)
            fn(at);
        update(next, fn); /* it has new children; its ancestors follow */
        rb_update_path(next->parent, fn);
    }
    if (!was_red)
        fix_short(root, child, parent, fn);
    n->parent = NULL;
    poke(n->left, NULL);
    poke(n->right, NULL);
}

struct rb_node *rb_first(const struct rb_root *root)
{
    struct rb_node *n = root->node;
    while (n != NULL && n->left != NULL)
        n = n->left;
    return n;
}

struct rb_node *rb_last(const struct rb_root *root)
{
    struct rb_node *n = root->node;
    while (n != NULL && n->right != NULL)
        n = n->right;
    return n;
}

struct rb_node *rb_next(const struct rb_node *n)
{
    if (n->right != NULL) {
        n = n->right;
        while (n->left != NULL)
            n = n->left;
        return (struct rb_node *)n;
    }
    while (n->parent != NULL && n == n->parent->right)
        n = n->parent;
    return n->parent;
}
