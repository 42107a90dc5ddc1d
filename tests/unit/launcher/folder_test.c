/* SPDX-License-Identifier: BSD-3-Clause */
/* The working folder, and whether the current folder is shared, by what the options say. */
#include "unit.h"

#include "folder.h"
#include "options.h"
#include "report.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char message[512];
static char place[PATH_MAX]; /* holds home/job/in and other */

static void path_of(char path[PATH_MAX], const char *name)
{
    char *end = stpcpy(path, place);
    if (name[0] != '\0') {
        *end++ = '/';
    }
    strcpy(end, name);
}

static int make_folders(void **state)
{
    (void)state;
    static const char *const names[] = {"home", "home/job", "home/job/in", "other", "closed"};
    char template[] = "/tmp/hermit-folder.XXXXXX", path[PATH_MAX];
    if (mkdtemp(template) == NULL || realpath(template, place) == NULL) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(path, names[i]);
        if (mkdir(path, 0755) != 0) {
            return -1;
        }
    }
    path_of(path, "home");
    return setenv("HOME", path, 1);
}

static int remove_folders(void **state)
{
    (void)state;
    char line[PATH_MAX + 16];
    snprintf(line, sizeof(line), "rm -rf '%s'", place);
    return chdir("/") != 0 || system(line) != 0;
}

/* Chooses as if started in the folder `name`. Keeps the report in `message`. */
static int choose(struct options *options, const char *name, bool links_files)
{
    char path[PATH_MAX];
    path_of(path, name);
    assert_int_equal(chdir(path), 0);
    memset(message, 0, sizeof(message));
    FILE *stream = fmemopen(message, sizeof(message) - 1, "w");
    report_redirect(stream);
    int result = folder_choose(options, links_files);
    report_redirect(NULL);
    fclose(stream);
    return result;
}

static void release(struct options *options)
{
    for (size_t i = 0; i < options->nr_shares; i++) {
        share_free(&options->shares[i]);
    }
    free(options->own_cwd);
}

/* Adds --share NAME[:GUEST…]. */
static void add_share(struct options *options, const char *text)
{
    char value[PATH_MAX];
    path_of(value, text);
    assert_int_equal(share_parse(&options->shares[options->nr_shares++], value), 0);
}

static void expect_shared(const char *name)
{
    struct options o = {0};
    char path[PATH_MAX];
    assert_int_equal(choose(&o, name, true), 0);
    path_of(path, name);
    assert_int_equal(o.nr_shares, 1);
    assert_true(o.gives_shares);
    assert_string_equal(o.shares[0].host, path);
    assert_string_equal(o.shares[0].guest, path);
    assert_false(o.shares[0].read_only);
    assert_string_equal(o.cwd, path);
    assert_null(o.withheld);
    release(&o);
}

static void expect_withheld(const char *name, const char *reason)
{
    struct options o = {0};
    assert_int_equal(choose(&o, name, true), 0);
    assert_int_equal(o.nr_shares, 0);
    assert_string_equal(o.cwd, "/");
    assert_string_equal(o.withheld, reason);
    release(&o);
}

static void the_current_folder_is_shared(void **state)
{
    (void)state;
    expect_shared("home/job");
    expect_shared("other");
}

static void nobody_hands_over_the_home_folder_by_standing_there(void **state)
{
    (void)state;
    expect_withheld("home", "it is the home folder");
    expect_withheld("", "the home folder is in it");
    expect_withheld("../..", "it is the root of all files");
    expect_withheld("../../proc", "the machine has its own there");
    char link[PATH_MAX], home[PATH_MAX];
    path_of(home, "home");
    path_of(link, "link");
    assert_int_equal(symlink(home, link), 0);
    setenv("HOME", link, 1);
    expect_withheld("home", "it is the home folder");
    setenv("HOME", home, 1);
}

static void a_folder_that_cannot_be_shared_is_withheld(void **state)
{
    (void)state;
    struct options o = {0};
    char path[PATH_MAX];
    path_of(path, "gone");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chdir(path), 0);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(folder_choose(&o, true), 0);
    assert_int_equal(o.nr_shares, 0);
    assert_string_equal(o.withheld, "No such file or directory");
    release(&o);
    path_of(path, "closed");
    assert_int_equal(chdir(path), 0);
    assert_int_equal(chmod(path, 0), 0);
    if (access(path, R_OK) != 0) { /* root may */
        o = (struct options){0};
        assert_int_equal(folder_choose(&o, true), 0);
        assert_string_equal(o.withheld, "Permission denied");
        release(&o);
    }
    assert_int_equal(chmod(path, 0755), 0);
}

static void options_say_otherwise(void **state)
{
    (void)state;
    char other[PATH_MAX], path[PATH_MAX];
    path_of(other, "other");
    struct options by[] = {{.isolated = true}, {.root = other}, {.initrd = "archive"}};
    for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
        assert_int_equal(choose(&by[i], "home/job", true), 0);
        assert_int_equal(by[i].nr_shares, 0);
        assert_string_equal(by[i].cwd, "/");
        assert_null(by[i].withheld);
        release(&by[i]);
    }
    path_of(path, "home/job/in");
    struct options o = {.cwd = path};
    assert_int_equal(choose(&o, "home/job", true), 0);
    assert_int_equal(o.nr_shares, 1);
    assert_string_equal(o.cwd, path);
    release(&o);
    o = (struct options){.cwd = "/tmp"};
    assert_int_equal(choose(&o, "home", true), 0);
    assert_null(o.withheld);
    release(&o);
    o = (struct options){.cwd = "/none"};
    assert_int_equal(choose(&o, "home/job", true), -1);
    assert_string_equal(message, "hermit: --cwd '/none': no such folder in the machine\n");
    release(&o);
}

static void named_shares_have_the_current_folder(void **state)
{
    (void)state;
    struct options o = {0};
    add_share(&o, "home:/h");
    assert_int_equal(choose(&o, "home/job/in", true), 0);
    assert_int_equal(o.nr_shares, 1);
    assert_string_equal(o.cwd, "/h/job/in");
    release(&o);

    o = (struct options){0};
    add_share(&o, "other:/o");
    assert_int_equal(choose(&o, "home/job", true), 0);
    assert_int_equal(o.nr_shares, 1);
    assert_string_equal(o.cwd, "/");
    assert_null(o.withheld);
    release(&o);

    o = (struct options){0}; /* the second one covers it */
    add_share(&o, "home:/h");
    add_share(&o, "other:/h/job");
    assert_int_equal(choose(&o, "home/job", true), 0);
    assert_string_equal(o.cwd, "/");
    release(&o);
}

static void an_image_without_files_gets_none(void **state)
{
    (void)state;
    struct options o = {0};
    assert_int_equal(choose(&o, "home/job", false), 0);
    assert_int_equal(o.nr_shares, 0);
    assert_string_equal(o.cwd, "/");
    release(&o);
    o = (struct options){.cwd = "/d/none"};
    add_share(&o, "other:/d");
    assert_int_equal(choose(&o, "home/job", false), -1);
    assert_false(o.gives_shares);
    release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_current_folder_is_shared),
        cmocka_unit_test(nobody_hands_over_the_home_folder_by_standing_there),
        cmocka_unit_test(a_folder_that_cannot_be_shared_is_withheld),
        cmocka_unit_test(options_say_otherwise),
        cmocka_unit_test(named_shares_have_the_current_folder),
        cmocka_unit_test(an_image_without_files_gets_none),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
