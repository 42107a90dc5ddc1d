/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time for benchmark programs: nanoseconds of CLOCK_MONOTONIC, or, with the argument
 * --icount or --ticks or BENCH_TICKS=1 in the environment, ticks of the time-stamp
 * counter. Under QEMU with -icount shift=0 a tick is one executed instruction ("instr").
 *
 * A program calls measure_start() first and ends with return measure_end(). Results go
 * out as lines "name value unit"; the last line is "bench-rows N", N lines having come
 * before, as benchmarks/run expects.
 */
#ifndef BENCHMARKS_MEASURE_H
#define BENCHMARKS_MEASURE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool measure_in_ticks;

static inline uint64_t measure_now(void)
{
    if (measure_in_ticks)
        return __builtin_ia32_rdtsc();
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned measure_rows;

/* Prints a figure with its unit. */
static inline void measure_row_unit(const char *name, double value, const char *unit)
{
    printf("%s %.4f %s\n", name, value, unit);
    fflush(stdout);
    measure_rows++;
}

/* Prints the time of one operation: ns or instructions. */
static inline void measure_row(const char *name, double time)
{
    measure_row_unit(name, time, measure_in_ticks ? "instr" : "ns");
}

/* Prints a whole run's time: seconds or instructions. */
static inline void measure_report(const char *name, uint64_t elapsed)
{
    if (measure_in_ticks)
        measure_row(name, (double)elapsed);
    else
        measure_row_unit(name, (double)elapsed / 1e9, "s");
}

/* A wrong result is a failure, not a row: says why on stderr and ends the program. */
__attribute__((format(printf, 1, 2))) static inline _Noreturn void measure_fail(const char *format,
                                                                                ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static inline void *measure_allocate(size_t size)
{
    size_t rounded = (size + 63) & ~(size_t)63;
    void *p = aligned_alloc(64, rounded ? rounded : 64);
    if (!p)
        measure_fail("no memory for %zu bytes", size);
    return p;
}

/* Takes --icount and --ticks out of the arguments and looks at BENCH_TICKS. */
static inline void measure_start(int *argc, char **argv)
{
    const char *wish = getenv("BENCH_TICKS");
    measure_in_ticks = wish && strcmp(wish, "0") != 0 && *wish;
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--icount") == 0 || strcmp(argv[i], "--ticks") == 0)
            measure_in_ticks = true;
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
}

/* The last line, and the exit status. */
static inline int measure_end(void)
{
    printf("bench-rows %u\n", measure_rows);
    return fflush(stdout) == 0 ? 0 : 1;
}

#endif
