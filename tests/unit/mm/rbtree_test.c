/* SPDX-License-Identifier: BSD-3-Clause */
/* The red-black tree keeps order, balance and augmented data under random operations. */
#include <hermit/rbtree.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct item {
    struct rb_node link;
    int key, weight, heaviest; /* heaviest: largest weight of the subtree */
    bool in;
};

#define ITEMS 500
static struct item items[ITEMS];
static struct rb_root root;

static struct item *item(struct rb_node *n)
{
    return rb_entry(n, struct item, link);
}

static int heaviest_of(struct rb_node *n)
{
    return n != NULL ? item(n)->heaviest : 0;
}

static bool update(struct rb_node *n)
{
    int old = item(n)->heaviest;
    item(n)->heaviest = MAX(item(n)->weight, MAX(heaviest_of(n->left), heaviest_of(n->right)));
    return item(n)->heaviest != old;
}

static void add(struct item *it)
{
    struct rb_node *parent = NULL, **link = &root.node;
    while (*link != NULL) {
        parent = *link;
        link = it->key < item(parent)->key ? &parent->left : &parent->right;
    }
    int weight = it->weight;
    it->weight = it->heaviest = 0; /* adds no weight until it is in place */
    rb_insert(&root, parent, link, &it->link, update);
    it->weight = weight;
    rb_update_path(&it->link, update);
    it->in = true;
}

/* Checks the subtree. Returns its number of black nodes on every path. */
static int check(struct rb_node *n, struct rb_node *parent)
{
    if (n == NULL)
        return 1;
    assert_ptr_equal(n->parent, parent);
    assert_false(n->red && parent != NULL && parent->red);
    int left = check(n->left, n), right = check(n->right, n);
    assert_int_equal(left, right);
    int old = item(n)->heaviest;
    update(n);
    assert_int_equal(item(n)->heaviest, old);
    return left + !n->red;
}

static void check_order(unsigned expected)
{
    unsigned count = 0;
    int last = -1;
    for (struct rb_node *n = rb_first(&root); n != NULL; n = rb_next(n), count++) {
        assert_true(item(n)->key > last);
        last = item(n)->key;
    }
    assert_int_equal(count, expected);
    assert_true(count == 0 || item(rb_last(&root))->key == last);
}

static void random_traffic_keeps_all_rules(void **state)
{
    (void)state;
    unsigned nr = 0;
    srand(7);
    for (int i = 0; i < ITEMS; i++)
        items[i].key = i;
    for (int round = 0; round < 20000; round++) {
        struct item *it = &items[rand() % ITEMS];
        if (it->in) {
            rb_remove(&root, &it->link, update);
            it->in = false;
            nr--;
        } else {
            it->weight = rand() % 1000;
            add(it);
            nr++;
        }
        if (round % 50 == 0) {
            check(root.node, NULL);
            check_order(nr);
        }
    }
}

static void changed_weight_reaches_the_root(void **state)
{
    (void)state;
    for (int i = 0; i < ITEMS; i++)
        if (!items[i].in)
            add(&items[i]);
    items[123].weight = 100000;
    rb_update_path(&items[123].link, update);
    assert_int_equal(item(root.node)->heaviest, 100000);
    check(root.node, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_traffic_keeps_all_rules),
        cmocka_unit_test(changed_weight_reaches_the_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
