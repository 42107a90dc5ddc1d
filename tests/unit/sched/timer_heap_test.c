/* SPDX-License-Identifier: BSD-3-Clause */
/* The timer heap returns timers by deadline, after any insertions and removals. */
#include <kernel/time/timer_heap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 2000

static struct timer timers[MANY];
static bool inside[MANY];

static void fill_random(struct timer **root)
{
    for (int i = 0; i < MANY; i++) {
        timers[i].deadline = (uint64_t)rand() % 500;
        inside[i] = true;
        *root = timer_heap_insert(*root, &timers[i]);
    }
}

/* Empties the heap and checks the order and the number. */
static void drain(struct timer *root, int expected)
{
    uint64_t last = 0;
    int count = 0;

    while (root != NULL) {
        assert_true(root->deadline >= last);
        assert_true(inside[root - timers]);
        last = root->deadline;
        inside[root - timers] = false;
        root = timer_heap_remove(root, root);
        count++;
    }
    assert_int_equal(count, expected);
}

static void gives_back_in_order(void **state)
{
    struct timer *root = NULL;

    (void)state;
    fill_random(&root);
    drain(root, MANY);
}

static void removes_from_anywhere(void **state)
{
    struct timer *root = NULL;
    int left = MANY;

    (void)state;
    fill_random(&root);
    for (int i = 0; i < MANY; i += 3) {
        root = timer_heap_remove(root, &timers[i]);
        inside[i] = false;
        left--;
    }
    drain(root, left);
}

static void mixed_operations(void **state)
{
    struct timer *root = NULL;
    int count = 0;

    (void)state;
    for (int i = 0; i < MANY; i++)
        inside[i] = false;
    for (int step = 0; step < 100000; step++) {
        int i = rand() % MANY;
        if (inside[i]) {
            root = timer_heap_remove(root, &timers[i]);
            count--;
        } else {
            timers[i].deadline = (uint64_t)rand();
            root = timer_heap_insert(root, &timers[i]);
            count++;
        }
        inside[i] = !inside[i];
    }
    drain(root, count);
}

static void one_timer(void **state)
{
    struct timer *root = timer_heap_insert(NULL, &timers[0]);

    (void)state;
    assert_ptr_equal(root, &timers[0]);
    assert_null(timer_heap_remove(root, root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_timer),
        cmocka_unit_test(gives_back_in_order),
        cmocka_unit_test(removes_from_anywhere),
        cmocka_unit_test(mixed_operations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
