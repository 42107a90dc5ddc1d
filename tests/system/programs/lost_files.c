/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Does what its arguments say with files, in turn: VERB=PATH. `signal=N` ends it; else it ends with
 * status 3.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(int good, const char *word)
{
    if (!good) {
        perror(word);
        exit(9);
    }
}

static int opened(const char *path, int flags)
{
    int fd = open(path, flags, 0644);
    check(fd >= 0, path);
    return fd;
}

/* Reads all through a descriptor that may write, and maps it without a change. */
static void look(const char *path)
{
    int fd = opened(path, O_RDWR);
    struct stat st;
    check(fstat(fd, &st) == 0, path);
    char *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(bytes != MAP_FAILED, path);
    for (off_t i = 0; i < st.st_size; i += 4096)
        ((volatile char *)bytes)[i] = bytes[i];
}

static void store(const char *path)
{
    int fd = opened(path, O_RDWR);
    char *bytes = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(bytes != MAP_FAILED, path);
    bytes[0] ^= 1;
}

static void obey(const char *verb, const char *path)
{
    if (strcmp(verb, "write") == 0)
        check(write(opened(path, O_CREAT | O_TRUNC | O_WRONLY), "x", 1) == 1, path);
    else if (strcmp(verb, "empty") == 0)
        check(close(opened(path, O_CREAT | O_WRONLY)) == 0, path);
    else if (strcmp(verb, "append") == 0)
        check(write(opened(path, O_APPEND | O_WRONLY), "x", 1) == 1, path);
    else if (strcmp(verb, "look") == 0)
        look(path);
    else if (strcmp(verb, "store") == 0)
        store(path);
    else if (strcmp(verb, "cut") == 0)
        check(truncate(path, 1) == 0, path);
    else if (strcmp(verb, "remove") == 0)
        check(unlink(path) == 0, path);
    else if (strcmp(verb, "mode") == 0)
        check(chmod(path, 0600) == 0, path);
    else if (strcmp(verb, "rename") == 0)
        check(rename(path, "/renamed") == 0, path);
    else if (strcmp(verb, "folder") == 0)
        check(mkdir(path, 0755) == 0, path);
    else if (strcmp(verb, "go") == 0)
        check(chdir(path) == 0, path);
    else if (strcmp(verb, "nameless") == 0)
        check(write(opened(path, O_TMPFILE | O_RDWR), "x", 1) == 1, path);
    else if (strcmp(verb, "link") == 0)
        check(symlink("nowhere", path) == 0, path);
    else
        check(strcmp(verb, "signal") == 0 && raise(atoi(path)) == 0, verb);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        check(equals != NULL, argv[i]);
        *equals = '\0';
        obey(argv[i], equals + 1);
    }
    return 3;
}
