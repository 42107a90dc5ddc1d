/* SPDX-License-Identifier: BSD-3-Clause */
/* The set of VMAs: lookups and searches for free space, compared with a plain map of pages. */
#include "kernel/vm/vma.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGES 2048
#define LOW   (16 * PAGE_SIZE)
#define HIGH  (PAGES * PAGE_SIZE)

static struct vma_tree tree;
static unsigned char used[PAGES];

static struct vma *add(vaddr_t start, size_t length, unsigned flags)
{
    struct vma *v = calloc(1, sizeof(*v));
    v->start = start;
    v->end = start + length;
    v->flags = flags;
    vma_insert(&tree, v);
    memset(&used[start >> PAGE_SHIFT], 1, length >> PAGE_SHIFT);
    return v;
}

static void drop(struct vma *v)
{
    memset(&used[v->start >> PAGE_SHIFT], 0, (v->end - v->start) >> PAGE_SHIFT);
    vma_remove(&tree, v);
    free(v);
}

static void clear(void)
{
    while (tree.count != 0)
        drop(vma_first(&tree));
}

static bool is_free(size_t page, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (page + i >= PAGES || used[page + i])
            return false;
    return true;
}

/* The expected result of vma_find_gap(). */
static vaddr_t slow_gap(size_t length, size_t align)
{
    for (vaddr_t at = ALIGN_DOWN(HIGH - length, align); at >= LOW; at -= align)
        if (is_free(at >> PAGE_SHIFT, length >> PAGE_SHIFT))
            return at;
    return 0;
}

static void gaps_are_the_highest_that_fit(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 20000; i++) {
        size_t length = (1 + (size_t)rand() % 40) * PAGE_SIZE;
        size_t align = PAGE_SIZE << (rand() % 4 == 0 ? 4 : 0);
        struct vma_gap gap = vma_find_gap(&tree, LOW, HIGH, length, align);
        vaddr_t at = gap.at;
        assert_int_equal(at, slow_gap(length, align));
        if (at != 0)
            assert_ptr_equal(gap.above, vma_find(&tree, at));
        if (at != 0 && rand() % 5 != 0)
            add(at, length, VM_READ);
        struct vma *v = vma_find(&tree, (vaddr_t)(rand() % PAGES) * PAGE_SIZE);
        if (v != NULL && (at == 0 || rand() % 2))
            drop(v);
        else if (v != NULL && v->end - v->start > PAGE_SIZE) {
            used[v->start >> PAGE_SHIFT] = 0;
            vma_resize(v, v->start + PAGE_SIZE, v->end);
        }
    }
    clear();
}

static void find_gives_the_first_that_ends_above(void **state)
{
    (void)state;
    struct vma *a = add(0x20000, 0x3000, VM_READ), *b = add(0x40000, 0x1000, VM_READ);
    assert_ptr_equal(vma_find(&tree, 0), a);
    assert_ptr_equal(vma_find(&tree, 0x22fff), a);
    assert_ptr_equal(vma_find(&tree, 0x23000), b);
    assert_null(vma_find(&tree, 0x41000));
    assert_true(vma_range_free(&tree, 0x23000, 0x40000));
    assert_false(vma_range_free(&tree, 0x22000, 0x40000));
    clear();
}

static void nothing_is_placed_in_the_guard_of_a_stack(void **state)
{
    (void)state;
    vaddr_t stack = HIGH - 0x10000;
    add(stack, 0x10000, VM_READ | VM_WRITE | VM_STACK);
    vaddr_t at = vma_find_gap(&tree, LOW, HIGH, PAGE_SIZE, PAGE_SIZE).at;
    assert_int_equal(at, stack - STACK_GUARD_GAP - PAGE_SIZE);
    clear();
}

static void borders_move_between_neighbours(void **state)
{
    (void)state;
    struct vma *a = add(0x20000, 0x3000, VM_READ), *b = add(0x23000, 0x1000, VM_READ);
    struct vma *c = add(0x30000, 0x1000, VM_READ);
    vma_move_border(a, 0x21000);
    assert_ptr_equal(vma_find(&tree, 0x21000), b);
    assert_ptr_equal(vma_find(&tree, 0x20fff), a);
    assert_ptr_equal(vma_next(a), b);
    assert_ptr_equal(vma_prev(c), b);
    assert_ptr_equal(vma_last(&tree), c);
    drop(b);
    assert_ptr_equal(vma_next(a), c);
    assert_int_equal(c->gap, 0x30000 - 0x21000);
    clear();
}

static void only_equal_neighbours_merge(void **state)
{
    (void)state;
    struct vma *a = add(0x20000, 0x1000, VM_READ), *b = add(0x21000, 0x1000, VM_READ);
    assert_true(vma_mergeable(a, b));
    b->flags |= VM_WRITE;
    assert_false(vma_mergeable(a, b));
    b->flags = VM_READ;
    a->file = b->file = (struct file *)&tree;
    a->delta = 0x5000;
    assert_false(vma_mergeable(a, b));
    b->delta = 0x5000;
    assert_true(vma_mergeable(a, b));
    clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_the_highest_that_fit),
        cmocka_unit_test(find_gives_the_first_that_ends_above),
        cmocka_unit_test(nothing_is_placed_in_the_guard_of_a_stack),
        cmocka_unit_test(borders_move_between_neighbours),
        cmocka_unit_test(only_equal_neighbours_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
