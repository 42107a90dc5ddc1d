/* SPDX-License-Identifier: BSD-3-Clause */
/* The archive reader accepts cpio's archives and refuses all broken ones. */
#include <kernel/fs/cpio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char archive[65536];
static size_t used;

static void pad(void)
{
    while (used % 4 != 0)
        archive[used++] = '\0';
}

static void add(const char *name, unsigned mode, const void *data, size_t size)
{
    used += (size_t)sprintf(archive + used,
                            "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", 7u,
                            mode, 1u, 2u, 3u, 1000u, size, 0u, 4u, 5u, 6u, strlen(name) + 1, 8u);
    memcpy(archive + used, name, strlen(name) + 1);
    used += strlen(name) + 1;
    pad();
    memcpy(archive + used, data, size);
    used += size;
    pad();
}

static void finish(void)
{
    add("TRAILER!!!", 0, "", 0);
}

static int set_up(void **state)
{
    (void)state;
    memset(archive, 0, sizeof(archive));
    used = 0;
    return 0;
}

/* Reads a copy of exactly `size` bytes, so that ASan detects reads beyond it. */
static int count_entries(size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    struct cpio_reader r;
    struct cpio_entry e;
    int n = 0, more;
    memcpy(copy, archive, size);
    cpio_start(&r, copy, size);
    while ((more = cpio_next(&r, &e)) > 0) {
        assert_true(e.data >= copy && e.data + e.size <= copy + size);
        n++;
    }
    if (more < 0)
        assert_non_null(r.error);
    free(copy);
    return more < 0 ? more : n;
}

static void reads_all_fields(void **state)
{
    struct cpio_reader r;
    struct cpio_entry e;
    (void)state;
    add("dir/file", 0100644, "hello", 5);
    finish();
    cpio_start(&r, archive, used);
    assert_int_equal(cpio_next(&r, &e), 1);
    assert_string_equal(e.name, "dir/file");
    assert_int_equal(e.name_length, 8);
    assert_int_equal(e.ino, 7);
    assert_int_equal(e.mode, 0100644);
    assert_int_equal(e.uid, 1);
    assert_int_equal(e.gid, 2);
    assert_int_equal(e.nlink, 3);
    assert_int_equal(e.mtime, 1000);
    assert_int_equal(e.dev_minor, 4);
    assert_int_equal(e.rdev_major, 5);
    assert_int_equal(e.rdev_minor, 6);
    assert_int_equal(e.size, 5);
    assert_int_equal(e.check, 8);
    assert_memory_equal(e.data, "hello", 5);
    assert_int_equal(cpio_next(&r, &e), 0);
}

static void empty_and_padded_archives_end(void **state)
{
    (void)state;
    assert_int_equal(count_entries(0), 0);
    add("a", 0100644, "", 0);
    finish();
    assert_int_equal(count_entries(used), 1);
    assert_int_equal(count_entries(used + 512), 1);
}

static void archives_may_follow_each_other(void **state)
{
    (void)state;
    add("a", 0100644, "1", 1);
    finish();
    used += 128;
    add("b", 0100644, "2", 1);
    finish();
    assert_int_equal(count_entries(used), 2);
}

static void a_file_may_be_called_as_the_end(void **state)
{
    (void)state;
    add("TRAILER!!!", 0100644, "1", 1);
    add("dir/TRAILER!!!", 0100644, "2", 1);
    finish();
    assert_int_equal(count_entries(used), 2);
}

static void every_cut_is_refused_or_clean(void **state)
{
    (void)state;
    add("some/name", 0100644, "0123456789", 10);
    add("other", 0120777, "target", 6);
    size_t body = used;
    finish();
    for (size_t size = 1; size < body; size++)
        assert_true(count_entries(size) <= 2);
    assert_true(count_entries(109) < 0);
    assert_true(count_entries(115) < 0);
    assert_true(count_entries(125) < 0);
}

static void garbage_is_refused(void **state)
{
    (void)state;
    memcpy(archive,
           "this is no archive at all, but long enough to be read as a header, is it not?"
           " it goes on for a while to be sure",
           112);
    assert_true(count_entries(112) < 0);
    add("a", 0100644, "", 0);
    archive[10] = 'x';
    assert_true(count_entries(used) < 0);
}

static void huge_sizes_are_refused(void **state)
{
    (void)state;
    add("a", 0100644, "abc", 3);
    finish();
    memcpy(archive + 6 + 8 * 6, "FFFFFFFF", 8); /* contents */
    assert_true(count_entries(used) < 0);
    memcpy(archive + 6 + 8 * 6, "00000003", 8);
    memcpy(archive + 6 + 8 * 11, "FFFFFFFF", 8); /* name */
    assert_true(count_entries(used) < 0);
    memcpy(archive + 6 + 8 * 11, "00000000", 8);
    assert_true(count_entries(used) < 0);
}

/* Random changes of a valid archive: no crash, no read out of bounds. */
static void mutations_do_no_harm(void **state)
{
    char good[4096];
    (void)state;
    for (int i = 0; i < 8; i++)
        add("folder/file", 0100644, "contents of it", 14);
    finish();
    memcpy(good, archive, used);
    srand(1);
    for (int round = 0; round < 3000; round++) {
        memcpy(archive, good, used);
        for (int i = 0; i < 3; i++)
            archive[(size_t)rand() % used] = "0123456789abcdefF\0/\xff"[rand() % 20];
        count_entries(used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_all_fields, set_up),
        cmocka_unit_test_setup(empty_and_padded_archives_end, set_up),
        cmocka_unit_test_setup(archives_may_follow_each_other, set_up),
        cmocka_unit_test_setup(a_file_may_be_called_as_the_end, set_up),
        cmocka_unit_test_setup(every_cut_is_refused_or_clean, set_up),
        cmocka_unit_test_setup(garbage_is_refused, set_up),
        cmocka_unit_test_setup(huge_sizes_are_refused, set_up),
        cmocka_unit_test_setup(mutations_do_no_harm, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
