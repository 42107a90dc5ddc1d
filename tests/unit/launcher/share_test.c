/* SPDX-License-Identifier: BSD-3-Clause */
/* --share: what its value means, and one line for each error. */
#include "unit.h"

#include "report.h"
#include "share.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char message[512];
static char place[PATH_MAX]; /* a folder with the ones below */

static int make_folders(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "a:b", "a,b", "x:ro"};
    char template[] = "/tmp/hermit-share.XXXXXX", path[PATH_MAX + 32];
    if (mkdtemp(template) == NULL || realpath(template, place) == NULL) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", place, names[i]);
        if (mkdir(path, 0755) != 0) {
            return -1;
        }
    }
    snprintf(path, sizeof(path), "%s/link", place);
    return symlink("plain", path);
}

static int remove_folders(void **state)
{
    (void)state;
    char line[PATH_MAX + 16];
    snprintf(line, sizeof(line), "rm -rf '%s'", place);
    return system(line) != 0;
}

/* Parses `text`, in which '@' stands for the folder. Keeps the report in `message`. */
static int parse(struct share *share, const char *text)
{
    char whole[2 * PATH_MAX] = "";
    memset(message, 0, sizeof(message));
    for (; *text != '\0'; text++) {
        size_t at = strlen(whole);
        snprintf(whole + at, sizeof(whole) - at, *text == '@' ? "%s" : "%.1s",
                 *text == '@' ? place : text);
    }
    FILE *stream = fmemopen(message, sizeof(message) - 1, "w");
    report_redirect(stream);
    int result = share_parse(share, whole);
    report_redirect(NULL);
    fclose(stream);
    return result;
}

static void expect(const char *text, const char *host, const char *guest, bool read_only,
                   enum hermit_share_cache cache)
{
    struct share s;
    char path[PATH_MAX + 64];
    assert_int_equal(parse(&s, text), 0);
    snprintf(path, sizeof(path), "%s/%s", place, host);
    assert_string_equal(s.host, path);
    assert_string_equal(s.guest, guest != NULL ? guest : path);
    assert_int_equal(s.read_only, read_only);
    assert_int_equal(s.cache, cache);
    share_free(&s);
}

static void values_are_understood(void **state)
{
    (void)state;
    enum hermit_share_cache usual = HERMIT_SHARE_CACHE_CLOSE_TO_OPEN;
    expect("@/plain", "plain", NULL, false, usual);
    expect("@/plain:/data", "plain", "/data", false, usual);
    expect("@/plain://data///x/", "plain", "/data/x", false, usual);
    expect("@/plain:ro", "plain", NULL, true, usual);
    expect("@/plain:/d:ro,cache=always", "plain", "/d", true, HERMIT_SHARE_CACHE_ALWAYS);
    expect("@/plain,cache=none,via=9p", "plain", NULL, false, HERMIT_SHARE_CACHE_NONE);
    expect("@/plain:ro,via=virtiofs", "plain", NULL, true, usual);
    expect("@/plain,cache=close-to-open", "plain", NULL, false, usual);
    expect("@/link", "plain", NULL, false, usual);
    expect("@/a:b", "a:b", NULL, false, usual);
    expect("@/a,b:/c", "a,b", "/c", false, usual);
    expect("@/x:ro:ro", "x:ro", NULL, true, usual);
}

static void errors_are_one_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "@/none",         "@/plain/:/",          "@/plain:/../x",      "@/plain:/a/./b",
        "@/plain:/dev",   "@/plain:/proc/x",     "@/plain:/sys",       "@/plain,cache=",
        "@/plain,via=ip", "@/plain,cache=never", "/proc/self/cmdline", "",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct share s;
        assert_int_equal(parse(&s, wrong[i]), -1);
        assert_ptr_equal(strchr(message, '\n'), message + strlen(message) - 1);
        assert_int_equal(strncmp(message, "hermit: --share", 15), 0);
        share_free(&s);
    }
}

static void paths_are_compared_by_names(void **state)
{
    (void)state;
    const char *rest;
    assert_true(path_is_in("/a/b", "/a/b", &rest));
    assert_string_equal(rest, "");
    assert_true(path_is_in("//a//b/c/d", "/a/b/", &rest));
    assert_string_equal(rest, "c/d");
    assert_true(path_is_in("/a", "/", &rest));
    assert_string_equal(rest, "a");
    assert_false(path_is_in("/a", "/a/b", &rest));
    assert_false(path_is_in("/a/bc", "/a/b", &rest));
    assert_false(path_is_in("/", "/a/b", &rest));
    assert_string_equal(share_reserved("/dev/shm/x"), "/dev");
    assert_null(share_reserved("/device"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_understood),
        cmocka_unit_test(errors_are_one_line),
        cmocka_unit_test(paths_are_compared_by_names),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
