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

/*
 * Writes to each page of `size` bytes at a 2 MiB boundary, with `advice`: the cost of the
 * touches alone, per page. Fresh memory must read as zero.
 */
static void touch(const char *row, size_t size, int advice)
{
    double batches[BENCH_BATCHES];
    for (int batch = -1; batch < BENCH_BATCHES; batch++) {
        char *area = map(size + AREA);
        char *start = (char *)(((uintptr_t)area + AREA - 1) & ~(uintptr_t)(AREA - 1));
        if (madvise(start, size, advice) != 0) {
            munmap(area, size + AREA);
            bench_skip(row, strerror(errno));
            return;
        }
        unsigned wrong = 0;
        uint64_t begin = bench_now();
        for (char *page = start; page < start + size; page += PAGE) {
            wrong |= (unsigned)*(volatile char *)(page + 64);
            *(volatile char *)page = 1;
        }
        uint64_t end = bench_now();
        BENCH_CHECK(wrong == 0);
        if (batch >= 0)
            batches[batch] = (double)(end - begin) / ((double)size / PAGE);
        BENCH_CHECK(munmap(area, size + AREA) == 0);
    }
    bench_row(row, bench_median(batches, BENCH_BATCHES));
}

/* The same as a write alone, the page not read before. */
static void touch_once(const char *row, size_t size, int advice)
{
    double batches[BENCH_BATCHES];
    for (int batch = -1; batch < BENCH_BATCHES; batch++) {
        char *area = map(size + AREA);
        char *start = (char *)(((uintptr_t)area + AREA - 1) & ~(uintptr_t)(AREA - 1));
        if (madvise(start, size, advice) != 0) {
            munmap(area, size + AREA);
            bench_skip(row, strerror(errno));
            return;
        }
        uint64_t begin = bench_now();
        for (char *page = start; page < start + size; page += PAGE)
            *(volatile char *)page = 1;
        uint64_t end = bench_now();
        for (char *byte = start; byte < start + size; byte++)
            BENCH_CHECK(*byte == ((uintptr_t)byte % PAGE == 0));
        if (batch >= 0)
            batches[batch] = (double)(end - begin) / ((double)size / PAGE);
        BENCH_CHECK(munmap(area, size + AREA) == 0);
    }
    bench_row(row, bench_median(batches, BENCH_BATCHES));
}

void memory_calls(void)
{
    map_and_unmap();
    touch_once("first_touch_4k", AREA, MADV_NOHUGEPAGE);
    touch_once("first_touch_default", AREA, MADV_NORMAL);
    touch_once("first_touch_huge", HUGE_AREAS * AREA, MADV_HUGEPAGE);
    touch("first_read_write_4k", AREA, MADV_NOHUGEPAGE);
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
