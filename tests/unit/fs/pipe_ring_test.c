/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes leave the ring in their order of arrival, whatever the sizes; an operation that faults
 * changes nothing. */
#include <errno.h>
#include <kernel/fs/pipe_ring.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "stubs.h"
#include <cmocka.h>

static uint8_t next_in, next_out;
static uint8_t bytes[1 << 20];

static ssize_t put_as(struct pipe_ring *r, size_t n, bool packet)
{
    struct io_segment segment;
    struct io_cursor io;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(next_in + i);
    io_cursor_init_user(&io, &segment, bytes, n);
    if (n == 0 || !pipe_ring_takes(r, n))
        return 0;
    ssize_t done = pipe_ring_write(r, &io, packet);
    if (done > 0)
        next_in = (uint8_t)(next_in + done);
    assert_int_equal(io.left, n - (done > 0 ? (size_t)done : 0));
    assert_int_equal(io.skip, done > 0 ? done : 0);
    return done;
}

static ssize_t put(struct pipe_ring *r, size_t n)
{
    return put_as(r, n, false);
}

static ssize_t take_as(struct pipe_ring *r, size_t n, bool partial)
{
    struct io_segment segment;
    struct io_cursor io;
    io_cursor_init_user(&io, &segment, bytes, n);
    if (n == 0 || pipe_ring_is_empty(r))
        return 0;
    ssize_t done = pipe_ring_read(r, &io, partial);
    for (ssize_t i = 0; i < done; i++)
        assert_int_equal(bytes[i], next_out++);
    assert_int_equal(io.left, n - (done > 0 ? (size_t)done : 0));
    return done;
}

static ssize_t take(struct pipe_ring *r, size_t n)
{
    return take_as(r, n, false);
}

static void start(struct pipe_ring *r, unsigned nr_slots)
{
    next_in = next_out = 0;
    stub_hole = NULL;
    assert_int_equal(pipe_ring_init(r, nr_slots), 0);
}

static void holds_exactly_its_size(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, PIPE_SLOTS);
    assert_int_equal(put(&r, 100000), 65536);
    assert_int_equal(put(&r, 1), 0);
    assert_true(pipe_ring_is_full(&r));
    assert_int_equal(pipe_ring_bytes(&r), 65536);
    assert_int_equal(take(&r, 100000), 65536);
    assert_true(pipe_ring_is_empty(&r));
    pipe_ring_free(&r);
}

/* A write joins the last slot only if it fits as a whole. */
static void small_writes_share_a_slot(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, 2);
    assert_int_equal(put(&r, 3000), 3000);
    assert_int_equal(put(&r, 1000), 1000);
    assert_int_equal(put(&r, 97), 97);
    assert_int_equal(put(&r, 3999), 3999);
    assert_int_equal(put(&r, 1), 0);
    assert_int_equal(take(&r, 3999), 3999);
    assert_int_equal(put(&r, 1), 0); /* the first slot still holds a byte */
    assert_int_equal(take(&r, 2), 2);
    assert_int_equal(put(&r, 1), 1);
    assert_int_equal(put(&r, 9000), 9000 % 4096);
    assert_int_equal(take(&r, 9000), 4095 + 1 + 9000 % 4096);
    pipe_ring_free(&r);
}

static void random_sizes_keep_the_order(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, 4);
    srand(3);
    for (int i = 0; i < 20000; i++) {
        size_t n = (size_t)rand() % 9000;
        if (rand() % 2)
            put(&r, n);
        else
            take(&r, n);
    }
    pipe_ring_free(&r);
}

static void resizing_keeps_the_bytes(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, 4);
    assert_int_equal(put(&r, 16384), 16384);
    assert_int_equal(take(&r, 5000), 5000);
    assert_int_equal(put(&r, 5000), 4096);
    assert_int_equal(pipe_ring_resize(&r, 2), -EBUSY);
    assert_int_equal(pipe_ring_resize(&r, 16), 0);
    assert_int_equal(put(&r, 12 * 4096 + 1), 12 * 4096);
    assert_int_equal(take(&r, 15 * 4096), 15 * 4096);
    assert_int_equal(pipe_ring_resize(&r, 2), 0);
    assert_int_equal(take(&r, 10000), 16384 - 5000 + 13 * 4096 - 15 * 4096);
    pipe_ring_free(&r);
}

static void packets_keep_apart(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, 4);
    assert_int_equal(put_as(&r, 10, true), 10);
    assert_int_equal(put_as(&r, 20, true), 20);
    assert_int_equal(take(&r, 100), 10);
    assert_int_equal(take(&r, 5), 5);
    assert_true(pipe_ring_is_empty(&r));
    next_out = next_in;
    assert_int_equal(put(&r, 10), 10);
    assert_int_equal(put_as(&r, 4096, true), 4096);
    assert_int_equal(put_as(&r, 7, true), 7);
    assert_int_equal(take(&r, 10000), 10 + 4096);
    assert_int_equal(take(&r, 10000), 7);
    pipe_ring_free(&r);
}

static void faults_leave_all_as_it_was(void **state)
{
    struct pipe_ring r;
    (void)state;
    start(&r, 4);
    stub_hole = bytes + 6000;
    assert_int_equal(put(&r, 5000), 5000);
    assert_int_equal(put(&r, 8192), 4096); /* its first slot is complete */
    assert_int_equal(take(&r, 7000), -EFAULT);
    assert_int_equal(pipe_ring_bytes(&r), 9096);
    assert_int_equal(take_as(&r, 7000, true), 5000);
    assert_int_equal(take_as(&r, 7000, true), 4096);
    stub_hole = bytes + 100;
    assert_int_equal(put(&r, 101), -EFAULT);
    assert_true(pipe_ring_is_empty(&r));
    assert_int_equal(put(&r, 50), 50);
    assert_int_equal(put(&r, 101), -EFAULT); /* no part of it joins the last slot */
    assert_int_equal(pipe_ring_bytes(&r), 50);
    pipe_ring_free(&r);
}

/* Rewinds over segments of any length, also empty ones. */
static void a_cursor_goes_back(void **state)
{
    struct io_segment segments[4] = {
        {(uintptr_t)bytes, 10}, {0, 0}, {(uintptr_t)bytes + 10, 5}, {(uintptr_t)bytes + 15, 100}};
    struct io_cursor io = {segments, 4, 0, 115, true};
    uint8_t out[115], again[115];
    (void)state;
    stub_hole = NULL;
    for (int i = 0; i < 115; i++)
        bytes[i] = (uint8_t)i;
    for (size_t n = 0; n <= 115; n++) {
        assert_int_equal(io_copy_from(&io, out, n), n);
        io_rewind(&io, n);
        assert_int_equal(io.left, 115);
        assert_int_equal(io_copy_from(&io, again, 115), 115);
        assert_memory_equal(again, bytes, 115);
        io_rewind(&io, 115);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_exactly_its_size),      cmocka_unit_test(small_writes_share_a_slot),
        cmocka_unit_test(random_sizes_keep_the_order), cmocka_unit_test(resizing_keeps_the_bytes),
        cmocka_unit_test(packets_keep_apart),          cmocka_unit_test(faults_leave_all_as_it_was),
        cmocka_unit_test(a_cursor_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
