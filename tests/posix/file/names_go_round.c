/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args="200" */
/* Threads rename files between two folders at once, over each other's: no file gets lost, none is
 * there twice. */
#include "check.h"
#include <dirent.h>

#define THREADS 4
#define FILES   8

static long nr_renames;

static void *rename_around(void *argument)
{
    uint32_t state = (uint32_t)(uintptr_t)argument * 2654435761U + 1;
    char from[16], to[16];
    for (long i = 0; i < nr_renames; i++) {
        state = state * 1664525 + 1013904223;
        snprintf(from, sizeof(from), "%c/f%u", "ab"[state >> 31], (state >> 20) % FILES);
        snprintf(to, sizeof(to), "%c/f%u", "ba"[state >> 31], (state >> 20) % FILES);
        CHECK(rename(from, to) == 0 || errno == ENOENT);
    }
    return NULL;
}

static int count(const char *path, int *seen)
{
    DIR *folder = opendir(path);
    int n = 0;
    REQUIRE(folder != NULL);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        if (e->d_name[0] == 'f') {
            seen[atoi(e->d_name + 1)]++;
            n++;
        }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int seen[FILES] = {0};
    char name[16], text[16] = "";
    REQUIRE(argc == 2);
    nr_renames = strtol(argv[1], NULL, 10);
    enter_scratch();
    REQUIRE(mkdir("a", 0700) == 0 && mkdir("b", 0700) == 0);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "a/f%d", i);
        make_file(name, name + 2);
    }
    for (long i = 0; i < THREADS; i++)
        threads[i] = start(rename_around, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("%d files\n", count("a", seen) + count("b", seen));
    for (int i = 0; i < FILES; i++) {
        CHECK(seen[i] == 1);
        snprintf(name, sizeof(name), "a/f%d", i);
        *name = access(name, F_OK) == 0 ? 'a' : 'b';
        int fd = open(name, O_RDONLY);
        CHECK(fd >= 0 && read(fd, text, 15) == 2 && strcmp(text, name + 2) == 0 && close(fd) == 0);
    }
    return check_done();
}
