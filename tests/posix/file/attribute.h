/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended attributes for tests of them on any file system. Which names may be given is up to the
 * file system and to the user: user.* where it has those, else trusted.*, for root. Single-threaded
 * but for attribute_name().
 */
#ifndef TESTS_POSIX_FILE_ATTRIBUTE_H
#define TESTS_POSIX_FILE_ATTRIBUTE_H

#include "check.h"
#include <sys/xattr.h>

static const char *attribute_prefix UNUSED;

/* Finds out what can be set on files of the working folder. */
UNUSED static void attribute_begin(void)
{
    attribute_prefix = "user.";
    make_file("probe", "");
    if (setxattr("probe", "user.probe", "x", 1, 0) != 0) {
        REQUIRE(errno == EOPNOTSUPP && setxattr("probe", "trusted.probe", "x", 1, 0) == 0);
        attribute_prefix = "trusted.";
    }
    REQUIRE(unlink("probe") == 0);
}

/* The full name for "…": one of eight buffers in turn, of each thread's own. */
UNUSED static const char *attribute_name(const char *rest)
{
    static _Thread_local char names[8][300];
    static _Thread_local unsigned next;
    char *name = names[next++ % 8];

    snprintf(name, sizeof(names[0]), "%s%s", attribute_prefix, rest);
    return name;
}

static int attribute_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Prints those names of a list that have the prefix, without it, in alphabetical order. */
UNUSED static void attribute_show(const char *what, const char *list, ssize_t size)
{
    const char *names[64];
    size_t count = 0, length = strlen(attribute_prefix);

    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(list + at) + 1)
        if (strncmp(list + at, attribute_prefix, length) == 0 && count < 64)
            names[count++] = list + at + length;
    qsort(names, count, sizeof(names[0]), attribute_compare);
    printf("%s:", what);
    for (size_t i = 0; i < count; i++)
        printf(" %s", names[i]);
    printf("\n");
}

/* Prints a file's attribute. */
UNUSED static void attribute_show_value(const char *path, const char *rest)
{
    char value[256];
    ssize_t size = lgetxattr(path, attribute_name(rest), value, sizeof(value));

    if (size < 0)
        printf("%s %s: errno %d\n", path, rest, errno);
    else
        printf("%s %s: \"%.*s\"\n", path, rest, (int)size, value);
}

#endif
