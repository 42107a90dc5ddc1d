/* SPDX-License-Identifier: BSD-3-Clause */
/* Boot block, environment and the archive made from a folder. */
#include "unit.h"

#include "boot_block.h"
#include "cpio.h"
#include "options.h"
#include "report.h"
#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void block_layout(void **state)
{
    (void)state;
    static const char *const argv[] = {"prog", "a b", "", "new\nline"};
    static const char *const envp[] = {"A=1"};
    struct boot_settings settings = {
        .argv = argv, .argc = 4, .envp = envp, .envc = 1, .cwd = "/tmp", .rows = 24};
    struct hermit_boot_block *block = boot_block_build(&settings);
    assert_non_null(block);
    assert_true(block->magic == HERMIT_BOOT_MAGIC);
    assert_int_equal(block->size, HERMIT_BOOT_ALIGN);
    assert_int_equal(block->argc, 4);
    assert_int_equal(block->envc, 1);
    static const char expected[] = "prog\0a b\0\0new\nline\0A=1\0/tmp";
    assert_int_equal(block->strings_size, sizeof(expected));
    assert_memory_equal((char *)block + block->strings_off, expected, sizeof(expected));
    assert_int_equal(block->rows, 24);
    free(block);
}

static void arguments_have_a_limit(void **state)
{
    (void)state;
    char *big = malloc(HERMIT_ARGS_MAX);
    memset(big, 'x', HERMIT_ARGS_MAX);
    big[HERMIT_ARGS_MAX - 3] = '\0'; /* exactly full with "/" and two NULs */
    const char *const argv[] = {big};
    struct boot_settings settings = {.argv = argv, .argc = 1, .cwd = ""};
    struct hermit_boot_block *block = boot_block_build(&settings);
    assert_non_null(block);
    free(block);
    settings.cwd = "/xyz";
    FILE *null = fopen("/dev/null", "w");
    report_redirect(null);
    assert_null(boot_block_build(&settings));
    report_redirect(NULL);
    fclose(null);
    free(big);
}

static void environment(void **state)
{
    (void)state;
    char a[] = "A=1";
    char ab[] = "AB=2";
    char *inherited[] = {a, ab, NULL};
    static const char *const added[] = {"A=9", "C=3", "C=4"};
    size_t count;
    const char **list = environment_merge(inherited, added, 3, &count);
    assert_int_equal(count, 3);
    assert_string_equal(list[0], "A=9");
    assert_string_equal(list[1], "AB=2");
    assert_string_equal(list[2], "C=4");
    free(list);
    list = environment_merge(NULL, NULL, 0, &count);
    assert_int_equal(count, 0);
    free(list);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Finds the entry `name`; returns its data and stores mode, inode number and size. */
static const char *find(const char *archive, const char *name, unsigned *mode, unsigned *inode,
                        unsigned *size)
{
    for (const char *at = archive;;) {
        unsigned name_size;
        assert_int_equal(sscanf(at, "070701%8x%8x", inode, mode), 2);
        assert_int_equal(sscanf(at + 6 + 6 * 8, "%8x", size), 1);
        assert_int_equal(sscanf(at + 6 + 11 * 8, "%8x", &name_size), 1);
        const char *data = archive + (((size_t)(at - archive) + 110 + name_size + 3) & ~3UL);
        if (strcmp(at + 110, name) == 0) {
            return data;
        }
        assert_string_not_equal(at + 110, "TRAILER!!!");
        at = archive + (((size_t)(data - archive) + *size + 3) & ~3UL);
    }
}

static void folder_to_archive(void **state)
{
    (void)state;
    char folder[] = "/tmp/hermit-unit-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    write_file("file", "hello");
    assert_int_equal(chmod("file", 0640), 0);
    assert_int_equal(link("file", "second"), 0);
    assert_int_equal(symlink("file", "link"), 0);
    assert_int_equal(mkdir("sub", 0755), 0);
    write_file("sub/empty", "");

    char *archive = NULL;
    size_t length = 0;
    uint64_t size = 0;
    uint64_t counted = 0;
    FILE *out = open_memstream(&archive, &length);
    assert_int_equal(tree_count(folder, &counted), 0);
    assert_int_equal(tree_write(out, folder, counted, &size), 0);
    fclose(out);
    assert_int_equal(length, size);
    assert_int_equal(counted, size);
    assert_null(cpio_check((const uint8_t *)archive, size));

    unsigned mode, bytes, first, second, other;
    find(archive, ".", &mode, &other, &bytes);
    assert_true(S_ISDIR(mode));
    assert_memory_equal(find(archive, "file", &mode, &first, &bytes), "hello", 5);
    assert_int_equal(mode, S_IFREG | 0640);
    assert_int_equal(bytes, 5);
    find(archive, "second", &mode, &second, &bytes);
    assert_int_equal(first, second);
    assert_int_equal(bytes, 0);
    assert_memory_equal(find(archive, "link", &mode, &other, &bytes), "file", 4);
    assert_true(S_ISLNK(mode));
    find(archive, "sub/empty", &mode, &other, &bytes);
    assert_int_equal(bytes, 0);

    for (uint64_t cut = 0; cut < size; cut++) {
        uint8_t *part = malloc(cut != 0 ? cut : 1);
        memcpy(part, archive, cut);
        const char *reason = cpio_check(part, cut);
        free(part);
        /* Only padding after the trailer may be missing. */
        assert_true(reason != NULL || cut + 4 > size);
    }
    free(archive);
    unlink("sub/empty");
    rmdir("sub");
    unlink("file");
    unlink("second");
    unlink("link");
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void not_an_archive(void **state)
{
    (void)state;
    static const uint8_t gzip[200] = {0x1f, 0x8b};
    uint8_t damaged[220];
    memset(damaged, '0', sizeof(damaged));
    memcpy(damaged, "070701", 6);
    damaged[20] = 'x';
    memset(damaged + 54, 'f', 8);
    assert_non_null(cpio_check(gzip, sizeof(gzip)));
    assert_non_null(cpio_check(damaged, sizeof(damaged)));
    assert_non_null(cpio_check(gzip, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block_layout),   cmocka_unit_test(arguments_have_a_limit),
        cmocka_unit_test(environment),    cmocka_unit_test(folder_to_archive),
        cmocka_unit_test(not_an_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
