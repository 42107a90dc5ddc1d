/* SPDX-License-Identifier: BSD-3-Clause */
/* Mapping, first touch and malloc. */
#include "bench.h"
#include "syscalls.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#define MIB (1024 * 1024)

enum { TURNS = 500, PAGE = 4096, AREA = 2 * MIB, HUGE_AREAS = 8 };

static void *map(size_t size)
{
    void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    BENCH_CHECK(area != MAP_FAILED);
    return area;
}

static void map_and_unmap(void)
{
    int failed = 0;
    BENCH_EACH("mmap_munmap_4k", TURNS, {
        void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        failed |= page == MAP_FAILED;
        failed |= munmap(page, PAGE);
    });
    BENCH_CHECK(failed == 0);
    BENCH_EACH("mmap_touch_munmap_4k", TURNS, {
        char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        failed |= page == MAP_FAILED || *(volatile char *)page != 0;
        *(volatile char *)page = 1;
        failed |= munmap(page, PAGE);
    });
    BENCH_CHECK(failed == 0);
}

/* What is written where a page has been; the rest must read as zero. */
static bool touched_right(const char *start, size_t size)
{
    for (const char *byte = start; byte < start + size; byte++)
        if (*byte != ((uintptr_t)byte % PAGE == 0))
            return false;
    return true;
}

static void touch_pages(char *start, size_t size, bool read_first)
{
    if (read_first)
        for (char *page = start; page < start + size; page += PAGE) {
            (void)*(volatile char *)page;
            *(volatile char *)page = 1;
        }
    else
        for (char *page = start; page < start + size; page += PAGE)
            *(volatile char *)page = 1;
}

/*
 * The cost of touching each page of `size` fresh bytes at a 2 MiB boundary for the first
 * time, per page: a write, or a read and then a write.
 */
static void touch(const char *row, size_t size, int advice, bool read_first)
{
    double batches[BENCH_BATCHES];
    bench_watch(row);
    for (int batch = -1; batch < BENCH_BATCHES; batch++) {
        char *area = map(size + AREA);
        char *start = (char *)(((uintptr_t)area + AREA - 1) & ~(uintptr_t)(AREA - 1));
        if (madvise(start, size, advice) != 0) {
            munmap(area, size + AREA);
            bench_skip(row, strerror(errno));
            return;
        }
        bench_open();
        uint64_t begin = bench_now();
        touch_pages(start, size, read_first);
        uint64_t end = bench_now();
        bench_close((double)size / PAGE);
        BENCH_CHECK(touched_right(start, size));
        if (batch >= 0)
            batches[batch] = (double)(end - begin) / ((double)size / PAGE);
        BENCH_CHECK(munmap(area, size + AREA) == 0);
    }
    bench_watch(NULL);
    bench_row(row, bench_median(batches, BENCH_BATCHES));
}

void memory_calls(void)
{
    map_and_unmap();
    touch("first_touch_4k", AREA, MADV_NOHUGEPAGE, false);
    touch("first_touch_default", AREA, MADV_NORMAL, false);
    touch("first_touch_huge", HUGE_AREAS * AREA, MADV_HUGEPAGE, false);
    touch("first_read_write_4k", AREA, MADV_NOHUGEPAGE, true);
}

static sem_t done;

static void *present(void *arg)
{
    sem_wait(&done);
    return arg;
}

void malloc_calls(void)
{
    pthread_t thread;
    BENCH_CHECK(sem_init(&done, 0, 0) == 0);
    BENCH_CHECK(pthread_create(&thread, NULL, present, NULL) == 0);
    unsigned failed = 0;
    BENCH_EACH("malloc_free_64", TURNS, {
        volatile char *block = malloc(64);
        failed |= block == NULL;
        block[0] = 1;
        free((void *)block);
    });
    BENCH_EACH("malloc_free_1m", TURNS, {
        volatile char *block = malloc(MIB);
        failed |= block == NULL;
        __asm__ volatile("" ::"r"(block) : "memory");
        free((void *)block);
    });
    BENCH_CHECK(failed == 0);
    sem_post(&done);
    BENCH_CHECK(pthread_join(thread, NULL) == 0);
}
