/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes records durable and says so, until it is killed.
 *
 *     durable FILE
 *
 * Four threads have every fourth record each, of eight digits. A record is written by a call or
 * stored into a mapping; after fsync, fdatasync, msync or by O_SYNC its number is printed.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define THREADS 4
#define RECORD  9L /* bytes; they lie across the borders of pages */
#define RECORDS 200000L

static int fd, fd_sync;
static char *map;

static void check(int ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    _exit(1);
}

static void put(long i, const char *text)
{
    long at = i * RECORD, page = at & -4096L;
    switch (i / THREADS % 5) {
    case 0:
        check(pwrite(fd, text, RECORD, at) == RECORD && fsync(fd) == 0, "fsync");
        break;
    case 1:
        check(pwrite(fd, text, RECORD, at) == RECORD && fdatasync(fd) == 0, "fdatasync");
        break;
    case 2:
        check(pwrite(fd_sync, text, RECORD, at) == RECORD, "O_SYNC");
        break;
    case 3:
        memcpy(map + at, text, RECORD);
        check(msync(map + page, (size_t)(at + RECORD - page), MS_SYNC) == 0, "msync");
        break;
    default:
        memcpy(map + at, text, RECORD);
        check(fsync(fd) == 0, "fsync");
    }
}

static void *work(void *argument)
{
    char text[RECORD + 1];
    for (long i = *(long *)argument; i < RECORDS; i += THREADS) {
        snprintf(text, sizeof(text), "%08ld\n", i);
        put(i, text);
        check(write(1, text, RECORD) == RECORD, "stdout");
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    long numbers[THREADS];
    if (argc != 2)
        return 2;
    fd = open(argv[1], O_RDWR | O_CREAT, 0600);
    fd_sync = open(argv[1], O_WRONLY | O_SYNC);
    check(fd >= 0 && fd_sync >= 0 && ftruncate(fd, RECORDS * RECORD) == 0, argv[1]);
    map = mmap(NULL, RECORDS * RECORD, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(map != MAP_FAILED, "mmap");
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        check(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0, "thread");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
