/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes kernel objects, one kind after the other, until an error; then checks that the
 * program can continue: touch pages, write, look up names. Frees all objects and
 * checks that the memory is free again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define PAGE   4096UL
#define MARGIN (256UL << 10) /* bytes that the program must still be able to touch */

static char *margin;

static unsigned long free_kib(void)
{
    struct sysinfo si;
    sysinfo(&si);
    return si.freeram / 1024 * si.mem_unit;
}

/* Most objects are held by descriptors. */
static int highest;

static int note_fd(int fd)
{
    if (fd > highest)
        highest = fd;
    return fd < 0 ? -1 : 0;
}

static void close_all(void)
{
    for (; highest > 2; highest--)
        close(highest);
}

static int one_pipe(long i)
{
    static char data[65536];
    int fd[2];
    (void)i;
    if (pipe2(fd, O_NONBLOCK) != 0)
        return -1;
    note_fd(fd[0]);
    note_fd(fd[1]);
    return write(fd[1], data, sizeof(data)) > 0 ? 0 : -1;
}

static char *file_name(long i)
{
    static char name[32];
    snprintf(name, sizeof(name), "/tmp/%ld", i);
    return name;
}

static int one_file(long i)
{
    int fd = open(file_name(i), O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (fd < 0)
        return -1;
    int err = write(fd, "x", 1) == 1 ? 0 : errno;
    close(fd);
    errno = err;
    return err == 0 ? 0 : -1;
}

static void unlink_all(long n)
{
    for (long i = 0; i <= n; i++)
        if (unlink(file_name(i)) != 0 && i < n)
            printf("unlink: %s\n", strerror(errno));
}

static int one_eventfd(long i)
{
    (void)i;
    return note_fd(eventfd(0, 0));
}

static int one_memfd(long i)
{
    (void)i;
    return note_fd(memfd_create("m", 0));
}

static int one_open(long i)
{
    (void)i;
    return note_fd(open("/", O_RDONLY));
}

static char *area;

static int one_mapping(long i)
{
    if (area == NULL)
        area = mmap(NULL, 200000 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0);
    return i >= 100000 ? 0 : mprotect(area + 2 * i * PAGE, PAGE, PROT_READ);
}

static void unmap_all(long n)
{
    (void)n;
    if (munmap(area, 200000 * PAGE) != 0)
        printf("munmap: %s\n", strerror(errno));
    area = NULL;
}

static int one_hole(long i)
{
    if (area == NULL)
        area = mmap(NULL, 200000 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return munmap(area + (2 * i + 1) * PAGE, PAGE);
}

static int one_late_hole(long i) /* after other objects have filled memory */
{
    for (long n = 0; i == 0 && one_pipe(n) == 0; n++)
        ;
    return one_hole(i);
}

static void unmap_and_close_all(long n)
{
    close_all();
    unmap_all(n);
}

static timer_t timers[100000];

static int one_timer(long i)
{
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    return timer_create(CLOCK_MONOTONIC, &none, &timers[i]);
}

static void delete_timers(long n)
{
    for (long i = 0; i < n; i++)
        if (timer_delete(timers[i]) != 0)
            printf("timer_delete: %s\n", strerror(errno));
}

static int one_signal(long i)
{
    return sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = (int)i});
}

static void take_signals(long n)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    for (long i = 0; i < n; i++)
        if (sigtimedwait(&set, NULL, &(struct timespec){0, 0}) != SIGRTMIN)
            printf("signal %ld: %s\n", i, strerror(errno));
}

static int lock_file = -1;

static int one_lock(long i)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2 * i, .l_len = 1};
    if (lock_file < 0)
        lock_file = open("/tmp/lock", O_CREAT | O_RDWR, 0600);
    return fcntl(lock_file, F_SETLK, &l);
}

static void unlock(long n)
{
    struct flock l = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 3, .l_len = 2 * n};
    if (fcntl(lock_file, F_SETLK, &l) != 0)
        printf("unlock: %s\n", strerror(errno));
    close(lock_file);
    lock_file = -1;
    unlink("/tmp/lock");
}

static pthread_t threads[20000];
static int hold[2]; /* a pipe: closing it releases all threads */

static void *wait_for_end(void *arg)
{
    char c;
    return read(hold[0], &c, 1) == 0 ? arg : NULL;
}

static int one_thread(long i)
{
    pthread_attr_t attr;
    if (i == 0 && pipe(hold) != 0)
        return -1;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 16384);
    errno = pthread_create(&threads[i], &attr, wait_for_end, NULL);
    return errno == 0 ? 0 : -1;
}

static void join_all(long n)
{
    close(hold[1]);
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    close(hold[0]);
}

static void close_fds(long n)
{
    (void)n;
    close_all();
}

static const struct kind {
    const char *name;
    int (*make)(long i);
    void (*undo)(long n);
    long most;        /* reaching it is fine, too */
    unsigned percent; /* of the memory used that may stay allocated: file structures stay cached */
} kinds[] = {
    {"pipes", one_pipe, close_fds, 1000000, 5},
    {"files", one_file, unlink_all, 1000000, 5},
    {"mappings", one_mapping, unmap_all, 100000, 5},
    {"holes", one_hole, unmap_all, 100000, 5},
    {"timers", one_timer, delete_timers, 100000, 5},
    {"signals", one_signal, take_signals, 100000, 5},
    {"locks", one_lock, unlock, 3000, 40},
    {"threads", one_thread, join_all, 20000, 10},
    {"eventfds", one_eventfd, close_fds, 1000000, 50},
    {"memfds", one_memfd, close_fds, 1000000, 40},
    {"folders", one_open, close_fds, 1000000, 100},
    {"late holes", one_late_hole, unmap_and_close_all, 100000, 100},
};

/* True if the program can continue. */
static int goes_on(const char *name)
{
    struct stat st;
    char path[64];
    for (size_t i = 0; i < MARGIN; i += PAGE)
        margin[i] = 1;
    int ok = stat("/tmp", &st) == 0 && getcwd(path, sizeof(path)) != NULL;
    if (!ok)
        printf("%s: names: %s\n", name, strerror(errno));
    return ok && madvise(margin, MARGIN, MADV_DONTNEED) == 0;
}

static void try_kind(const struct kind *k)
{
    unsigned long before = free_kib();
    long n = 0;
    errno = 0;
    while (n < k->most && k->make(n) == 0)
        n++;
    int err = errno;
    int ok = goes_on(k->name);
    unsigned long low = free_kib();
    k->undo(n);
    unsigned long after = 0;
    bool back = false;
    for (int tries = 0; !back && tries < 100; tries++) { /* joined threads may still be exiting */
        usleep(tries * 1000);
        after = free_kib();
        back = after >= before || (before - after) * 100 <= (before - low) * k->percent;
    }
    printf("%s: %s, goes on: %d, memory is back: %d\n", k->name, strerror(err), ok, back);
    fprintf(stderr, "%s: %ld made, %lu KiB free before, %lu full, %lu after\n", k->name, n, before,
            low, after);
}

int main(int argc, char **argv)
{
    sigset_t set;
    struct rlimit limit = {1 << 20, 1 << 20};
    setvbuf(stdout, NULL, _IOLBF, 4096);
    setrlimit(RLIMIT_NOFILE, &limit);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    mkdir("/tmp", 0700);
    margin = mmap(NULL, MARGIN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (argc < 2 || strcmp(argv[1], kinds[i].name) == 0)
            try_kind(&kinds[i]);
    return 0;
}
