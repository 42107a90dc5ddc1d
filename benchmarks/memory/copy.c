/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memcpy and memset of 8 bytes to 16 MiB, from and to cache lines and one byte beside
 * them. Prints the time of one call, median of several samples. Copies are compared.
 */
#include "../common/measure.h"

enum { SAMPLES = 11, LARGEST = 16 << 20 };

/* A sample moves about this many bytes, but no more than that many calls. */
enum { SAMPLE_BYTES = 8 << 20, SAMPLE_CALLS = 4096 };

static const struct {
    const char *name;
    size_t size;
} sizes[] = {
    {"8", 8},        {"64", 64},        {"256", 256},    {"1K", 1 << 10},
    {"4K", 4 << 10}, {"64K", 64 << 10}, {"1M", 1 << 20}, {"16M", 16 << 20},
};

/*
 * Source and target lie a few pages from a power of two apart: at exactly that distance
 * the emulator's table of pages and the tags of real caches have room for only one.
 */
enum { APART = 5 * 4096 };

/* Called through pointers that the compiler cannot see through. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile set)(void *, int, size_t) = memset;

static unsigned char *source, *target;

static void fill(size_t size)
{
    uint32_t x = 1;
    for (size_t i = 0; i < size; i++) {
        x = x * 1664525u + 1013904223u;
        source[i] = (unsigned char)(x >> 24);
    }
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void sample_copy(size_t size, size_t offset, long calls)
{
    for (long i = 0; i < calls; i++)
        copy(target + offset, source, size);
}

static void sample_set(size_t size, size_t offset, long calls)
{
    for (long i = 0; i < calls; i++)
        set(target + offset, (int)i, size);
}

static void verify(bool copied, size_t size, size_t offset, long calls)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char must = copied ? source[i] : (unsigned char)(calls - 1);
        if (target[offset + i] != must)
            measure_fail("byte %zu of %zu is wrong", i, size);
    }
    if (target[offset + size] != 0xa5)
        measure_fail("a byte behind %zu was written", size);
}

static void measure(const char *operation, const char *name, size_t size, size_t offset)
{
    bool copied = strcmp(operation, "memcpy") == 0;
    long calls = (long)(SAMPLE_BYTES / size);
    calls = calls < 1 ? 1 : calls > SAMPLE_CALLS ? SAMPLE_CALLS : calls;
    uint64_t times[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        memset(target, 0, size + 2);
        target[offset + size] = 0xa5;
        uint64_t start = measure_now();
        if (copied)
            sample_copy(size, offset, calls);
        else
            sample_set(size, offset, calls);
        times[i] = measure_now() - start;
        verify(copied, size, offset, calls);
    }
    qsort(times, SAMPLES, sizeof(*times), ascending);
    char row[64];
    snprintf(row, sizeof(row), "%s.%s%s", operation, name, offset ? ".unaligned" : "");
    measure_row(row, (double)times[SAMPLES / 2] / (double)calls);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    source = measure_allocate(2 * LARGEST + APART + 64);
    target = source + LARGEST + APART;
    fill(LARGEST);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        measure("memcpy", sizes[i].name, sizes[i].size, 0);
        measure("memcpy", sizes[i].name, sizes[i].size, 1);
        measure("memset", sizes[i].name, sizes[i].size, 0);
    }
    return measure_end();
}
