/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands in for the shell in libc++'s tests: system() for the commands of their
 * support/filesystem_test_helper.h, each with one path, which makes and removes the folder that a
 * test works in. An image is one process and has no shell.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16 };

/* Like mkdir -p. */
static int make_folders(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        int result = mkdir(path, 0777);
        *slash = '/';
        if (result != 0 && errno != EEXIST)
            return -1;
    }
    return mkdir(path, 0777) != 0 && errno != EEXIST ? -1 : 0;
}

/* Links are left as they are. */
static int open_up(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)where;
    return kind == FTW_SL ? 0 : chmod(path, 0777);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

/* 0, or 1 if the command failed or is none of these. */
int system(const char *command)
{
    static const char make[] = "mkdir -p ", open[] = "chmod -R 777 ", clear[] = "rm -rf ";
    int result = -1;

    if (command == NULL)
        return 0;
    if (strncmp(command, make, strlen(make)) == 0) {
        char *path = strdup(command + strlen(make));
        result = path != NULL ? make_folders(path) : -1;
        free(path);
    } else if (strncmp(command, open, strlen(open)) == 0) {
        result = nftw(command + strlen(open), open_up, OPEN_FOLDERS, FTW_PHYS);
    } else if (strncmp(command, clear, strlen(clear)) == 0) {
        result = nftw(command + strlen(clear), remove_one, OPEN_FOLDERS, FTW_PHYS | FTW_DEPTH);
        if (result != 0 && errno == ENOENT)
            result = 0;
    }
    return result != 0;
}
