/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What every benchmark program uses; the same source for Linux and for Hermit.
 *
 *     main calls bench_start(argc, argv), makes rows, ends with return bench_end().
 *
 * The unit of time is chosen by the argument --icount:
 *   with it     the time-stamp counter, of which QEMU's -icount shift=0 makes one tick
 *               an executed instruction ("instr");
 *   without it  CLOCK_MONOTONIC ("ns").
 *
 * Rows are kept in memory and printed at the end, so that printing disturbs nothing:
 *
 *     name value unit            a figure
 *     skip name reason           the system cannot do this
 *     hist name bin count        part of a histogram
 *     bench-rows N               last: N lines came before this one
 *
 * A benchmark checks what it did: BENCH_CHECK ends the program with status 1.
 */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BENCH_CHECK(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "bench: wrong result: %s (%s:%d, errno %d)\n", #condition, __FILE__,   \
                    __LINE__, errno);                                                              \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

struct bench {
    bool icount;
    unsigned rows;
    size_t used, size;
    char *text;
    double clock;         /* cost of reading the time */
    double empty;         /* cost of an empty BENCH_EACH loop, per turn */
    const char *profiled; /* row of which benchmarks/profile wants to know more, or NULL */
    bool watched;         /* it is being measured */
    double watched_turns;
};

extern struct bench bench;
void bench_start(int argc, char **argv);
int bench_end(void);
/* The value of --name=VALUE on the command line, or `otherwise`. */
double bench_option(const char *name, double otherwise);

void bench_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void bench_row(const char *name, double value); /* in the unit of time */
void bench_row_unit(const char *name, double value, const char *unit);
void bench_skip(const char *name, const char *reason);

/* The middle one of `count` values, which are sorted by it. */
double bench_median(double *values, unsigned count);

/* CPUs that the program may use, and the pinning of the calling thread to one of them. */
int bench_cpus(void);
void bench_pin(int cpu);

/*
 * A row that is not made by BENCH_EACH lets itself be profiled so: bench_watch(name), then
 * bench_open() before and bench_close(turns) after what is measured, then bench_watch(NULL).
 */
void bench_watch(const char *name);
void bench_window_open(void);
void bench_window_close(void);

static inline void bench_open(void)
{
    if (bench.watched)
        bench_window_open();
}

static inline void bench_close(double turns)
{
    if (bench.watched) {
        bench_window_close();
        bench.watched_turns += turns;
    }
}

static inline uint64_t bench_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

/* Now, in the unit of time. */
static inline uint64_t bench_now(void)
{
    if (bench.icount)
        return bench_tsc();
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

enum { BENCH_BATCHES = 11 };

/*
 * Measures a statement: BENCH_BATCHES batches of `turns` turns after one batch that is
 * thrown away; the row is the median batch, per turn, without the cost of the loop and
 * of reading the time.
 */
#define BENCH_EACH(name, turns, ...)                                                               \
    do {                                                                                           \
        bench_watch(name);                                                                         \
        double cost_ = BENCH_MEASURE(turns, __VA_ARGS__) - bench.empty;                            \
        bench_watch(NULL);                                                                         \
        bench_row(name, cost_);                                                                    \
    } while (0)

#define BENCH_MEASURE(turns, ...)                                                                  \
    ({                                                                                             \
        double batches_[BENCH_BATCHES];                                                            \
        unsigned turns_ = (turns);                                                                 \
        for (int batch_ = -1; batch_ < BENCH_BATCHES; batch_++) {                                  \
            if (batch_ >= 0)                                                                       \
                bench_open();                                                                      \
            uint64_t start_ = bench_now();                                                         \
            for (unsigned turn_ = turns_; turn_ != 0; turn_--) {                                   \
                __VA_ARGS__;                                                                       \
            }                                                                                      \
            uint64_t end_ = bench_now();                                                           \
            if (batch_ >= 0) {                                                                     \
                bench_close(turns_);                                                               \
                batches_[batch_] = ((double)(end_ - start_) - bench.clock) / turns_;               \
            }                                                                                      \
        }                                                                                          \
        bench_median(batches_, BENCH_BATCHES);                                                     \
    })

#endif
