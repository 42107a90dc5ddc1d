/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors: the lowest free one is allocated, limits hold, files live as long as they are
 * used. */
#include "stubs.h"

#include <errno.h>
#include <hermit/fd_table.h>
#include <hermit/vfs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#ifndef O_PATH
#define O_PATH 010000000
#endif

/* No file here has a path. */
void dentry_get(struct dentry *d)
{
    (void)d;
    fail();
}

static int released, flushed;

static void on_release(struct file *f)
{
    (void)f;
    released++;
}

static int on_flush(struct file *f)
{
    (void)f;
    flushed++;
    return 0;
}

static const struct file_ops ops = {.release = on_release, .flush = on_flush};

static int open_at(int min)
{
    struct file *f = file_alloc(&ops, 0);
    int fd = fd_install(f, min, false);
    if (fd < 0)
        file_put(f);
    return fd;
}

static int close_all(void **state)
{
    (void)state;
    for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
        fd_close(fd);
    released = flushed = 0;
    stub_fd_limit = 1024;
    return 0;
}

static void lowest_free_is_given(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++)
        assert_int_equal(open_at(0), i);
    assert_int_equal(fd_close(200), 0);
    assert_int_equal(fd_close(7), 0);
    assert_int_equal(open_at(10), 200);
    assert_int_equal(open_at(0), 7);
    assert_int_equal(open_at(0), 300);
    assert_int_equal(open_at(900), 900);
    assert_int_equal(fd_next(301), 900);
    assert_int_equal(fd_close(200), 0);
    assert_int_equal(fd_close(200), -EBADF);
    assert_int_equal(open_at(0), 200);
}

static void limit_is_kept(void **state)
{
    (void)state;
    stub_fd_limit = 10;
    for (int i = 0; i < 10; i++)
        assert_int_equal(open_at(0), i);
    assert_int_equal(open_at(0), -EMFILE);
    assert_int_equal(open_at(10), -EINVAL);
    assert_int_equal(open_at(-1), -EINVAL);
    stub_fd_limit = FD_MAX; /* the most that RLIMIT_NOFILE can be */
    assert_int_equal(open_at(FD_MAX - 1), FD_MAX - 1);
    assert_int_equal(open_at(FD_MAX - 1), -EMFILE);
    assert_null(fd_get(FD_MAX));
    assert_null(fd_get(-1));
}

static void file_lives_while_used(void **state)
{
    (void)state;
    int fd = open_at(0);
    struct file *f = fd_get(fd);
    assert_non_null(f);
    assert_int_equal(fd_replace(5, f, true), 5);
    assert_int_equal(fd_get_cloexec(5), 1);
    assert_int_equal(fd_get_cloexec(fd), 0);
    assert_int_equal(fd_close(fd), 0);
    assert_null(fd_get(fd));
    assert_int_equal(fd_close(5), 0);
    assert_int_equal(flushed, 2);
    assert_int_equal(released, 0);
    file_put(f);
    assert_int_equal(released, 1);
}

static void reservations_are_invisible(void **state)
{
    (void)state;
    int fd = fd_reserve(0, false);
    assert_int_equal(fd, 0);
    assert_null(fd_get(fd));
    assert_int_equal(fd_close(fd), -EBADF);
    struct file *f = file_alloc(&ops, 0);
    assert_int_equal(fd_replace(fd, f, false), -EBUSY);
    fd_cancel(fd);
    assert_int_equal(fd_replace(fd, f, false), 0);
    file_put(f);
}

static void path_only_files_are_hidden(void **state)
{
    (void)state;
    struct file *f = file_alloc(&ops, O_PATH);
    int fd = fd_install(f, 0, false);
    assert_null(fd_get(fd));
    assert_ptr_equal(fd_get_raw(fd), f);
    file_put(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lowest_free_is_given, close_all),
        cmocka_unit_test_setup(limit_is_kept, close_all),
        cmocka_unit_test_setup(file_lives_while_used, close_all),
        cmocka_unit_test_setup(reservations_are_invisible, close_all),
        cmocka_unit_test_setup(path_only_files_are_hidden, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
