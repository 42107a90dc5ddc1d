/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads write, map, truncate, punch and preallocate one file of a nearly full file system. In any
 * interleaving, bytes beyond a truncation are zero, and all space is free again in the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#define PAGES 64L
#define SIZE  (PAGES * 4096)

static int fd;
static atomic_int stop, wrong;
static _Thread_local sigjmp_buf after_bus;

static void on_bus(int sig)
{
    (void)sig;
    siglongjmp(after_bus, 1);
}

static long room(void)
{
    struct statfs st;

    return statfs("/", &st) == 0 ? (long)st.f_bfree : -1;
}

/* Reads and writes through a mapping; only zeros are written. */
static void *toucher(void *unused)
{
    volatile char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    unsigned seed = 1;

    while (!atomic_load(&stop))
        if (sigsetjmp(after_bus, 1) == 0) {
            char *at = (char *)map + rand_r(&seed) % SIZE;
            if (rand_r(&seed) % 2)
                *(volatile char *)at = 0;
            else
                (void)*(volatile char *)at;
        }
    munmap((char *)map, SIZE);
    return unused;
}

static void *puncher(void *unused)
{
    unsigned seed = 2;

    while (!atomic_load(&stop)) {
        off_t at = rand_r(&seed) % SIZE;
        if (rand_r(&seed) % 2)
            fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, 20000);
        else
            fallocate(fd, FALLOC_FL_KEEP_SIZE, at, 20000);
    }
    return unused;
}

/* Truncates, extends and checks: the other threads write only zeros. */
static void *cutter(void *unused)
{
    static char full[SIZE], seen[SIZE];

    memset(full, 'x', sizeof(full));
    while (!atomic_load(&stop)) {
        pwrite(fd, full, sizeof(full), 0);
        if (ftruncate(fd, 5000) != 0 || ftruncate(fd, SIZE) != 0)
            atomic_fetch_add(&wrong, 1);
        ssize_t n = pread(fd, seen, SIZE, 0);
        for (ssize_t i = 5000; i < n; i++)
            if (seen[i] != 0) {
                atomic_fetch_add(&wrong, 1);
                break;
            }
    }
    return unused;
}

int main(void)
{
    void *(*const bodies[])(void *) = {toucher, puncher, cutter, toucher};
    pthread_t threads[4];
    long before = room();

    signal(SIGBUS, on_bus);
    fd = open("/file", O_CREAT | O_RDWR, 0600);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, bodies[i], NULL);
    usleep(1500000);
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    close(fd);
    unlink("/file");
    printf("%d wrong, %ld pages missing\n", atomic_load(&wrong), before - room());
    return 0;
}
