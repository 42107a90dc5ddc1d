/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * First touch of fresh anonymous memory: areas of 4 KiB to 1 GiB, page after page and
 * in random order, by one thread and by all of OMP_NUM_THREADS.
 *
 *     touch [--icount] [LARGEST-AREA-IN-MIB]
 *
 * Prints the time for a 4 KiB page, median of several areas. Areas that would take
 * more than half of the memory are left out, unless named by the argument. Every
 * page is looked at afterwards: zero but for the word that was written.
 */
#include "../common/measure.h"

#include <omp.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, MAX_SAMPLES = 64, WORDS = PAGE / sizeof(uint64_t), WORD = 5 };

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)

static const struct {
    const char *name;
    size_t size;
} areas[] = {
    {"4K", 4 * KIB},   {"64K", 64 * KIB},   {"512K", 512 * KIB}, {"2M", 2 * MIB},
    {"16M", 16 * MIB}, {"128M", 128 * MIB}, {"1G", 1024 * MIB},
};

/* Page numbers in the order of touching; their number is a power of two. */
static void fill_order(uint32_t *order, size_t pages, bool randomly)
{
    uint64_t seed = 1;
    for (size_t i = 0; i < pages; i++)
        order[i] = (uint32_t)i;
    for (size_t i = pages - 1; randomly && i > 0; i--) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t other = (seed >> 33) % (i + 1);
        uint32_t page = order[i];
        order[i] = order[other];
        order[other] = page;
    }
}

static void touch(uint64_t *area, const uint32_t *order, size_t pages, int threads)
{
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < pages; i++)
        ((volatile uint64_t *)area)[(size_t)order[i] * WORDS + WORD] = order[i] + 1;
}

static void verify(const uint64_t *area, size_t pages)
{
    for (size_t page = 0; page < pages; page++) {
        for (size_t word = 0; word < WORDS; word++) {
            uint64_t must = word == WORD ? page + 1 : 0;
            if (area[page * WORDS + word] != must)
                measure_fail("word %zu of page %zu is %" PRIu64 ", must be %" PRIu64, word, page,
                             area[page * WORDS + word], must);
        }
    }
}

static uint64_t sample(size_t size, const uint32_t *order, int threads, bool look)
{
    uint64_t *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        measure_fail("no area of %zu bytes", size);
    uint64_t start = measure_now();
    touch(area, order, size / PAGE, threads);
    uint64_t elapsed = measure_now() - start;
    if (look)
        verify(area, size / PAGE);
    if (munmap(area, size) != 0)
        measure_fail("munmap fails");
    return elapsed;
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, size_t size, bool randomly, int threads)
{
    size_t pages = size / PAGE;
    uint32_t *order = measure_allocate(pages * sizeof(*order));
    fill_order(order, pages, randomly);
    size_t samples = 256 * MIB / size;
    samples = samples < 3 ? 3 : samples > MAX_SAMPLES ? MAX_SAMPLES : samples | 1;
    uint64_t times[MAX_SAMPLES];
    sample(size, order, threads, true);
    for (size_t i = 0; i < samples; i++)
        times[i] = sample(size, order, threads, false);
    qsort(times, samples, sizeof(*times), ascending);
    char row[64];
    snprintf(row, sizeof(row), "%s.%s.%dt", randomly ? "random" : "sequential", name, threads);
    measure_row(row, (double)times[samples / 2] / (double)pages);
    free(order);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    int threads = omp_get_max_threads();
    uint64_t largest = (uint64_t)sysconf(_SC_PHYS_PAGES) * PAGE / 2;
    if (argc > 1)
        largest = strtoull(argv[1], NULL, 10) * MIB;
    for (size_t i = 0; i < sizeof(areas) / sizeof(*areas); i++) {
        if (areas[i].size > largest)
            continue;
        for (int randomly = 0; randomly <= 1; randomly++) {
            measure(areas[i].name, areas[i].size, randomly, 1);
            if (threads > 1)
                measure(areas[i].name, areas[i].size, randomly, threads);
        }
    }
    return measure_end();
}
