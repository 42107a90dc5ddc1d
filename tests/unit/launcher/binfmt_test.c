/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of the registration with binfmt_misc, for paths of all kinds. */
#include "unit.h"

#include "binfmt.h"

#include <string.h>

static void fields_are_kept_apart(void **state)
{
    (void)state;
    char line[1024];
    assert_true(binfmt_line(line, sizeof(line), "/usr/lib/hermit/hermit-binfmt") > 0);
    assert_int_equal(memcmp(line, ":hermit:M:0:\\x7f\\x45\\x4c\\x46", 28), 0);
    assert_non_null(strstr(line, ":/usr/lib/hermit/hermit-binfmt:P"));
    assert_true(binfmt_line(line, sizeof(line), "/a:b/hermit-binfmt") > 0);
    assert_int_equal(memcmp(line, "|hermit|M|0|", 12), 0);
    assert_non_null(strstr(line, "|/a:b/hermit-binfmt|P"));
}

static void what_linux_would_not_take(void **state)
{
    (void)state;
    char line[1024];
    char path[129] = "/";
    memset(path + 1, 'a', 127);
    assert_int_equal(binfmt_line(line, sizeof(line), path), -1);
    path[127] = '\0';
    assert_true(binfmt_line(line, sizeof(line), path) > 0);
    assert_int_equal(binfmt_line(line, 100, path), -1);
    assert_int_equal(binfmt_line(line, sizeof(line), "/a\nb"), -1);
    assert_int_equal(binfmt_line(line, sizeof(line), "/:|;,!~^"), -1);
}

static void only_the_link_is_a_runner(void **state)
{
    (void)state;
    assert_true(binfmt_is_runner("/opt/lib/hermit/hermit-binfmt"));
    assert_true(binfmt_is_runner("hermit-binfmt"));
    assert_false(binfmt_is_runner("/opt/bin/hermit"));
    assert_false(binfmt_is_runner("/hermit-binfmt/hermit"));
    assert_false(binfmt_is_runner(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_kept_apart),
        cmocka_unit_test(what_linux_would_not_take),
        cmocka_unit_test(only_the_link_is_a_runner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
