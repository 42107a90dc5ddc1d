/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes names in a folder and lists it, then goes back to each name, the last one first.
 *
 *     list_backwards FOLDER NEW
 *
 * Prints how many names there are, and how many of them were not found in their places; the time
 * that one took goes to stderr.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAMES_MAX 200000

static long places[NAMES_MAX];
static char *names[NAMES_MAX];

static void make(const char *folder, int nr)
{
    char path[64];
    for (int i = 0; i < nr; i++) {
        snprintf(path, sizeof(path), "%s/new-%d", folder, i);
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (fd < 0)
            err(1, "%s", path);
        close(fd);
    }
}

static long list(DIR *folder)
{
    for (long n = 0; n < NAMES_MAX; n++) {
        places[n] = telldir(folder);
        const struct dirent *entry = readdir(folder);
        if (entry == NULL)
            return n;
        names[n] = strdup(entry->d_name);
    }
    errx(1, "too many names");
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    long wrong = 0;
    if (argc != 3)
        return 2;
    make(argv[1], atoi(argv[2]));
    DIR *folder = opendir(argv[1]);
    if (folder == NULL)
        err(1, "%s", argv[1]);
    long nr = list(folder);
    double begin = now();
    for (long i = nr - 1; i >= 0; i--) {
        seekdir(folder, places[i]);
        const struct dirent *entry = readdir(folder);
        wrong += entry == NULL || strcmp(entry->d_name, names[i]) != 0;
    }
    printf("%ld names, %ld wrong\n", nr, wrong);
    fprintf(stderr, "%.0f ns for each\n", (now() - begin) * 1e9 / (double)nr);
    return 0;
}
