/* SPDX-License-Identifier: BSD-3-Clause */
/* The page index finds the pages put in and nothing else, however sparse,
 * and frees all its nodes. */
#include <hermit/page_tree.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned dropped;

static void drop(paddr_t frame)
{
    assert_int_not_equal(frame, 0);
    dropped++;
}

static void remove_all(struct page_tree *t)
{
    page_tree_remove(t, 0, UINT64_MAX / 4096, drop);
    assert_null(t->root);
    assert_int_equal(t->nr_pages, 0);
}

static void finds_what_was_put(void **state)
{
    static const uint64_t at[] = {0, 1, 63, 64, 4095, 4096, 1UL << 30, (1UL << 51) - 1};
    struct page_tree t = {0};
    (void)state;
    dropped = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(at); i++)
        assert_int_equal(page_tree_put(&t, at[i], 4096 * (i + 1), 0), 0);
    for (unsigned i = 0; i < ARRAY_SIZE(at); i++)
        assert_int_equal(page_tree_get(&t, at[i]), 4096 * (i + 1));
    assert_int_equal(page_tree_get(&t, 2), 0);
    assert_int_equal(page_tree_get(&t, 1UL << 40), 0);
    assert_int_equal(page_tree_get(&t, UINT64_MAX), 0);
    remove_all(&t);
    assert_int_equal(dropped, ARRAY_SIZE(at));
}

static void next_skips_holes(void **state)
{
    struct page_tree t = {0};
    (void)state;
    assert_true(page_tree_next(&t, 0) == UINT64_MAX);
    page_tree_put(&t, 5, 1, 0);
    page_tree_put(&t, 70, 1, 0);
    page_tree_put(&t, 100000, 1, 0);
    assert_int_equal(page_tree_next(&t, 0), 5);
    assert_int_equal(page_tree_next(&t, 5), 5);
    assert_int_equal(page_tree_next(&t, 6), 70);
    assert_int_equal(page_tree_next(&t, 71), 100000);
    assert_true(page_tree_next(&t, 100001) == UINT64_MAX);
    remove_all(&t);
}

/* Pruning frees prepared places and keeps pages. */
static void prepared_places_are_pruned(void **state)
{
    struct page_tree t = {0};
    (void)state;
    dropped = 0;
    for (uint64_t i = 0; i < 1000; i += 10)
        assert_int_equal(page_tree_prepare(&t, i), 0);
    assert_true(page_tree_next(&t, 0) == UINT64_MAX && t.nr_pages == 0);
    page_tree_put(&t, 500, 4096, 0);
    for (uint64_t i = 0; i < 1000; i += 64)
        page_tree_remove(&t, i, i + 63, NULL);
    assert_int_equal(page_tree_get(&t, 500), 4096);
    assert_int_equal(page_tree_next(&t, 0), 500);
    assert_int_equal(dropped, 0);
    remove_all(&t);
    assert_int_equal(page_tree_prepare(&t, 1UL << 40), 0);
    page_tree_remove(&t, 0, UINT64_MAX / 4096, NULL);
    assert_null(t.root);
}

static void agrees_with_a_plain_array(void **state)
{
    static bool there[20000];
    struct page_tree t = {0};
    (void)state;
    srand(2);
    for (int round = 0; round < 4000; round++) {
        uint64_t i = (uint64_t)rand() % ARRAY_SIZE(there);
        if (rand() % 16 == 0) {
            uint64_t last = i + (uint64_t)rand() % 300;
            page_tree_remove(&t, i, last, drop);
            for (uint64_t j = i; j <= last && j < ARRAY_SIZE(there); j++)
                there[j] = false;
        } else if (!there[i]) {
            assert_int_equal(page_tree_put(&t, i, 4096 * (i + 1), 0), 0);
            there[i] = true;
        }
    }
    uint64_t next = UINT64_MAX;
    for (uint64_t i = ARRAY_SIZE(there); i-- > 0;) {
        if (there[i])
            next = i;
        assert_int_equal(page_tree_get(&t, i), there[i] ? 4096 * (i + 1) : 0);
        assert_true(page_tree_next(&t, i) == next);
    }
    remove_all(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(next_skips_holes),
        cmocka_unit_test(prepared_places_are_pruned),
        cmocka_unit_test(agrees_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
