/* SPDX-License-Identifier: BSD-3-Clause */
/* The buddy allocator: blocks are aligned and disjoint, merge again, and descriptors need no
 * initialisation. */
#include "kernel/mm/buddy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FRAMES 8192

static struct frame frames[FRAMES];
static struct buddy buddy;
static unsigned char owner[FRAMES]; /* 1: handed out */

static void setup(void)
{
    memset(frames, 0xa5, sizeof(frames)); /* memory starts with arbitrary contents */
    memset(owner, 0, sizeof(owner));
    buddy_init(&buddy, frames);
}

static uint32_t take(unsigned order)
{
    uint32_t pfn = buddy_alloc(&buddy, order);
    if (pfn == PFN_NONE)
        return pfn;
    assert_int_equal(pfn % (1U << order), 0);
    for (uint32_t i = pfn; i < pfn + (1U << order); i++) {
        assert_int_equal(owner[i], 0);
        owner[i] = 1;
    }
    assert_int_equal(frames[pfn].refs, 1);
    return pfn;
}

static void give(uint32_t pfn)
{
    memset(&owner[pfn], 0, 1UL << frames[pfn].order);
    buddy_free(&buddy, pfn);
}

static void whole_region_comes_back_in_largest_blocks(void **state)
{
    (void)state;
    setup();
    buddy_add_region(&buddy, 1024, 4096);
    for (int i = 0; i < 3072; i++)
        assert_true(take(0) >= 1024);
    assert_int_equal(buddy_alloc(&buddy, 0), PFN_NONE);
    assert_int_equal(buddy.nr_free, 0);
    for (uint32_t pfn = 1024; pfn < 4096; pfn++)
        give(pfn);
    for (int i = 0; i < 3; i++)
        assert_int_not_equal(take(FRAME_ORDER_MAX), PFN_NONE);
    assert_int_equal(take(0), PFN_NONE);
}

static void odd_borders_are_used_to_the_last_frame(void **state)
{
    (void)state;
    setup();
    buddy_add_region(&buddy, 5, 1029);
    buddy_add_region(&buddy, 3001, 3004);
    unsigned n = 0;
    while (take(0) != PFN_NONE)
        n++;
    assert_int_equal(n, 1024 + 3);
}

static void split_block_is_freed_frame_by_frame(void **state)
{
    (void)state;
    setup();
    buddy_add_region(&buddy, 1024, 2048);
    uint32_t pfn = take(9);
    buddy_split_used(&buddy, pfn);
    for (uint32_t i = 0; i < 512; i++)
        give(pfn + 511 - i);
    assert_int_equal(take(10), 1024);
}

static void split_block_keeps_its_references(void **state)
{
    (void)state;
    setup();
    buddy_add_region(&buddy, 1024, 2048);
    uint32_t pfn = take(9);
    buddy.frames[pfn].refs = 3;
    buddy_split_used(&buddy, pfn);
    for (uint32_t i = 0; i < 512; i++)
        assert_int_equal(buddy.frames[pfn + i].refs, 3);
}

static void random_traffic_keeps_blocks_disjoint(void **state)
{
    (void)state;
    setup();
    buddy_add_region(&buddy, 7, 3000);
    buddy_add_region(&buddy, 3500, 8191);
    uint64_t total = buddy.nr_free;
    uint32_t held[600];
    unsigned nr = 0;
    srand(1);
    for (int i = 0; i < 200000; i++) {
        if (nr < 600 && (nr == 0 || rand() % 2)) {
            uint32_t pfn = take((unsigned)rand() % 6);
            if (pfn != PFN_NONE)
                held[nr++] = pfn;
        } else {
            unsigned k = (unsigned)rand() % nr;
            give(held[k]);
            held[k] = held[--nr];
        }
    }
    while (nr != 0)
        give(held[--nr]);
    assert_int_equal(buddy.nr_free, total);
    unsigned largest = 0;
    while (take(FRAME_ORDER_MAX) != PFN_NONE)
        largest++;
    assert_int_equal(largest, 1 + 3); /* [1024, 2048) and [4096, 7168); 8191 is not included */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_region_comes_back_in_largest_blocks),
        cmocka_unit_test(odd_borders_are_used_to_the_last_frame),
        cmocka_unit_test(split_block_is_freed_frame_by_frame),
        cmocka_unit_test(split_block_keeps_its_references),
        cmocka_unit_test(random_traffic_keeps_blocks_disjoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
