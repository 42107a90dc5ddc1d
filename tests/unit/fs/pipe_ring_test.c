/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes leave the ring in the order in which they came, whatever the sizes. */
#include <errno.h>
#include <kernel/fs/pipe_ring.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t next_in, next_out;

static ssize_t put(struct pipe_ring *r, size_t n)
{
    static uint8_t bytes[1 << 20];
    struct io_segment segment;
    struct io_cursor io;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(next_in + i);
    io_cursor_init(&io, &segment, bytes, n, false);
    ssize_t done = pipe_ring_write(r, &io);
    next_in = (uint8_t)(next_in + done);
    return done;
}

static ssize_t take(struct pipe_ring *r, size_t n)
{
    static uint8_t bytes[1 << 20];
    struct io_segment segment;
    struct io_cursor io;
    io_cursor_init(&io, &segment, bytes, n, false);
    ssize_t done = pipe_ring_read(r, &io);
    for (ssize_t i = 0; i < done; i++)
        assert_int_equal(bytes[i], next_out++);
    return done;
}

static void holds_exactly_its_size(void **state)
{
    struct pipe_ring r;
    (void)state;
    next_in = next_out = 0;
    assert_int_equal(pipe_ring_init(&r, PIPE_PAGES), 0);
    assert_int_equal(put(&r, 100000), 65536);
    assert_int_equal(put(&r, 1), 0);
    assert_int_equal(pipe_ring_room(&r), 0);
    assert_int_equal(take(&r, 100000), 65536);
    assert_int_equal(take(&r, 1), 0);
    pipe_ring_free(&r);
}

/* A full ring whose ends share a page. */
static void ends_may_share_a_page(void **state)
{
    struct pipe_ring r;
    (void)state;
    next_in = next_out = 0;
    pipe_ring_init(&r, 2);
    assert_int_equal(put(&r, 8192), 8192);
    assert_int_equal(take(&r, 100), 100);
    assert_int_equal(put(&r, 100), 100);
    assert_int_equal(take(&r, 4000), 4000);
    assert_int_equal(put(&r, 50), 50);
    assert_int_equal(take(&r, 9000), 8192 - 4000 + 50);
    pipe_ring_free(&r);
}

static void random_sizes_keep_the_order(void **state)
{
    struct pipe_ring r;
    (void)state;
    next_in = next_out = 0;
    pipe_ring_init(&r, 4);
    srand(3);
    for (int i = 0; i < 20000; i++) {
        size_t n = (size_t)rand() % 9000;
        size_t room = pipe_ring_room(&r);
        if (rand() % 2)
            assert_int_equal(put(&r, n), MIN(n, room));
        else
            take(&r, n);
    }
    pipe_ring_free(&r);
}

static void resizing_keeps_the_bytes(void **state)
{
    struct pipe_ring r;
    (void)state;
    next_in = next_out = 0;
    pipe_ring_init(&r, 4);
    assert_int_equal(put(&r, 16384), 16384);
    assert_int_equal(take(&r, 5000), 5000);
    assert_int_equal(put(&r, 5000), 5000);
    assert_int_equal(pipe_ring_resize(&r, 2), -EBUSY);
    assert_int_equal(pipe_ring_resize(&r, 16), 0);
    assert_int_equal(pipe_ring_room(&r), 65536 - 16384);
    assert_int_equal(take(&r, 10000), 10000);
    assert_int_equal(pipe_ring_resize(&r, 2), 0);
    assert_int_equal(take(&r, 10000), 6384);
    pipe_ring_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_exactly_its_size),
        cmocka_unit_test(ends_may_share_a_page),
        cmocka_unit_test(random_sizes_keep_the_order),
        cmocka_unit_test(resizing_keeps_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
