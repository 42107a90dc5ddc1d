/* SPDX-License-Identifier: BSD-3-Clause */
/* build: -pthread */
/*
 * Threads change the files of one folder, /d with f0 to f63 that hold "below", all at once: each
 * appends to all files, opening them each time, and renames, removes and makes files of its own,
 * while another one lists the folder and sees each name once.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS 4
#define FILES   64
#define ROUNDS  6

static atomic_int wrong, running = THREADS;

static void check(int holds, const char *what, int number)
{
    if (holds)
        return;
    atomic_fetch_add(&wrong, 1);
    printf("%s %d\n", what, number);
}

static void append(int file)
{
    char path[32];
    snprintf(path, sizeof(path), "/d/f%d", file);
    int fd = open(path, O_WRONLY | O_APPEND);
    check(fd >= 0 && write(fd, "+", 1) == 1, "append", file);
    close(fd);
}

/* A file of the thread's own goes through three names, the last of which is one more file's. */
static void rename_about(int thread, int round)
{
    char a[32], b[32];
    snprintf(a, sizeof(a), "/d/own%d-%d", thread, round);
    snprintf(b, sizeof(b), "/d/moved%d", thread);
    int fd = open(a, O_CREAT | O_EXCL | O_RDWR, 0600);
    check(fd >= 0, "create", round);
    close(fd);
    check(rename(a, b) == 0, "rename", round);
    check(access(a, F_OK) != 0 && access(b, F_OK) == 0, "names", round);
    if (round % 2 == 1)
        check(unlink(b) == 0, "unlink", round);
}

static void *change(void *arg)
{
    int thread = (int)(long)arg;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < FILES; i++)
            append((i + thread * 16) % FILES);
        rename_about(thread, round);
    }
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static int count_old(void)
{
    char seen[FILES] = {0};
    DIR *folder = opendir("/d");
    const struct dirent *entry;
    int count = 0;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != 'f')
            continue;
        int i = atoi(entry->d_name + 1);
        check(!seen[i], "twice", i);
        seen[i] = 1;
        count++;
    }
    closedir(folder);
    return count;
}

static void *list(void *arg)
{
    while (atomic_load(&running) > 0)
        check(count_old() == FILES, "not listed", 0);
    return arg;
}

int main(void)
{
    pthread_t threads[THREADS + 1];
    pthread_create(&threads[THREADS], NULL, list, NULL);
    for (long i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, change, (void *)i);
    for (int i = 0; i <= THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < FILES; i++) {
        struct stat status;
        char path[32];
        snprintf(path, sizeof(path), "/d/f%d", i);
        check(stat(path, &status) == 0 && status.st_size == 5 + THREADS * ROUNDS, "size", i);
    }
    if (atomic_load(&wrong) == 0)
        printf("ok\n");
    return atomic_load(&wrong) != 0;
}
