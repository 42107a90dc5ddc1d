/* test: cpus=1,4 */
/*
 * /proc/self/fd and /proc/self/maps are looked at while other threads close the
 * pipes, FIFOs and mappings that they lead to, and use the pipes with memory that
 * is not there yet: a look-up may hold the last reference of a pipe's end.
 */
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS 60
#define PAGE   4096UL

static _Atomic int seen_end[2]; /* descriptors that the others look up */
static _Atomic int stop;
static char scratch[] = "/tmp/proc_links.XXXXXX";

/* Pipes that live for a moment; what goes through them lies in fresh pages. */
static void *pipes(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++) {
        int fd[2];
        CHECK(pipe(fd) == 0);
        atomic_store(&seen_end[0], fd[0]);
        atomic_store(&seen_end[1], fd[1]);
        char *page =
            mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(page != MAP_FAILED);
        CHECK(write(fd[1], page, 100) == 100);
        CHECK(read(fd[0], page + PAGE, 100) == 100);
        CHECK(munmap(page, 2 * PAGE) == 0);
        CHECK(close(fd[1]) == 0);
        CHECK(close(fd[0]) == 0);
    }
    atomic_store(&stop, 1);
    return NULL;
}

/* Files that are mapped for a moment, so that maps has names to tell. */
static void *mappings(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        int fd = open(scratch, O_RDWR);
        CHECK(fd >= 0);
        char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        CHECK(p != MAP_FAILED);
        CHECK(close(fd) == 0);
        p[0]++;
        CHECK(munmap(p, PAGE) == 0);
    }
    return NULL;
}

static void look_at(int fd)
{
    char path[64], target[64];
    struct stat st;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    (void)!readlink(path, target, sizeof(target));
    (void)!stat(path, &st);
    int again = open(path, O_RDONLY | O_NONBLOCK);
    if (again >= 0)
        close(again);
}

static void *links(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        look_at(atomic_load(&seen_end[0]));
        look_at(atomic_load(&seen_end[1]));
    }
    return NULL;
}

static void *maps(void *arg)
{
    char text[4096];
    (void)arg;
    while (!atomic_load(&stop)) {
        int fd = open("/proc/self/maps", O_RDONLY);
        CHECK(fd >= 0);
        while (read(fd, text, sizeof(text)) > 0) {
        }
        CHECK(close(fd) == 0);
    }
    return NULL;
}

int main(void)
{
    void *(*const work[])(void *) = {pipes, mappings, links, maps};
    pthread_t thread[4];
    int fd = mkstemp(scratch);

    CHECK(fd >= 0 && ftruncate(fd, PAGE) == 0 && close(fd) == 0);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&thread[i], NULL, work[i], NULL) == 0);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_join(thread[i], NULL) == 0);
    CHECK(unlink(scratch) == 0);
    puts("ok");
    return 0;
}
