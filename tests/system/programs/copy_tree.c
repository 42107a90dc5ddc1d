/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Copies trees as tar would: files, folders, symbolic links, with modes and times.
 *
 *     copy_tree FROM TO…    FROM to the first one, that to the next, and so on
 *
 * Prints how many names each copy has made.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long nr_names;

static void copy_data(int from, int to, const char *name)
{
    static char buffer[100000];
    ssize_t n;
    while ((n = read(from, buffer, sizeof(buffer))) > 0)
        if (write(to, buffer, (size_t)n) != n)
            err(1, "write %s", name);
    if (n < 0)
        err(1, "read %s", name);
}

static void copy_file(int from_dir, int to_dir, const char *name, const struct stat *status)
{
    int from = openat(from_dir, name, O_RDONLY);
    int to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    const struct timespec times[2] = {status->st_atim, status->st_mtim};
    if (from < 0 || to < 0)
        err(1, "open %s", name);
    copy_data(from, to, name);
    if (fchmod(to, status->st_mode & 07777) != 0 || futimens(to, times) != 0)
        err(1, "attributes of %s", name);
    if (close(from) != 0 || close(to) != 0)
        err(1, "close %s", name);
}

static void copy_link(int from_dir, int to_dir, const char *name, const struct stat *status)
{
    char target[PATH_MAX];
    const struct timespec times[2] = {status->st_atim, status->st_mtim};
    ssize_t n = readlinkat(from_dir, name, target, sizeof(target) - 1);
    if (n < 0)
        err(1, "readlink %s", name);
    target[n] = '\0';
    if (symlinkat(target, to_dir, name) != 0 ||
        utimensat(to_dir, name, times, AT_SYMLINK_NOFOLLOW) != 0)
        err(1, "symlink %s", name);
}

static void copy_folder(int from, int to);

static void copy_into(int from_dir, int to_dir, const char *name, const struct stat *status)
{
    const struct timespec times[2] = {status->st_atim, status->st_mtim};
    if (mkdirat(to_dir, name, 0700) != 0)
        err(1, "mkdir %s", name);
    int from = openat(from_dir, name, O_RDONLY | O_DIRECTORY);
    int to = openat(to_dir, name, O_RDONLY | O_DIRECTORY);
    if (from < 0 || to < 0)
        err(1, "open %s", name);
    copy_folder(from, to);
    if (fchmod(to, status->st_mode & 07777) != 0 || futimens(to, times) != 0)
        err(1, "attributes of %s", name);
    close(to);
}

/* All that is in a folder; closes `from`. */
static void copy_folder(int from, int to)
{
    DIR *folder = fdopendir(from);
    struct dirent *e;
    struct stat status;
    if (folder == NULL)
        err(1, "fdopendir");
    while ((e = readdir(folder)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (fstatat(from, e->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            err(1, "stat %s", e->d_name);
        nr_names++;
        if (S_ISDIR(status.st_mode))
            copy_into(from, to, e->d_name, &status);
        else if (S_ISLNK(status.st_mode))
            copy_link(from, to, e->d_name, &status);
        else
            copy_file(from, to, e->d_name, &status);
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        nr_names = 0;
        if (mkdir(argv[i], 0700) != 0)
            err(1, "mkdir %s", argv[i]);
        int from = open(argv[i - 1], O_RDONLY | O_DIRECTORY);
        int to = open(argv[i], O_RDONLY | O_DIRECTORY);
        if (from < 0 || to < 0)
            err(1, "open");
        copy_folder(from, to);
        close(to);
        printf("%ld names\n", nr_names);
    }
    return 0;
}
