/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Operating-system noise, after the FWQ and FTQ methods.
 *
 * FWQ (fixed work quanta): the same loop over and over; how long does each take? Noise
 * is what exceeds the shortest.
 * FTQ (fixed time quanta): how much work is done in each slot of the same length?
 *
 * Both on every CPU at once; then again on all CPUs but CPU 0, which makes system calls,
 * allocates and prints meanwhile. One CPU alone has only the first.
 *
 *     --seconds=S    length of FWQ in each phase (default 10); FTQ takes a quarter of it
 *     --quantum=US   length of a quantum, in microseconds (default 3000)
 *     --watch=S      instead of all that, for benchmarks/quiet: FWQ for S seconds on all CPUs
 *                    but CPU 0, in one function that makes no calls, watched from outside
 *     --list=1       each quantum above the shortest on stderr: when and how long
 *
 * Rows, for each phase (idle, busy) and CPU: the shortest quantum, samples, samples above
 * the shortest, those more than 1 % above it, the largest excess in percent, the share of
 * time lost. Under --icount "above" means a single instruction; else there is no such row,
 * since clocks jitter by themselves. Histograms: percent above the shortest, in ten bins a
 * decade.
 */
#include "bench.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    MAX_CPUS = 256,
    BINS = 72,
    SETTLE = 200000, /* microseconds in which main and the others get to where they wait */
};

struct worker {
    pthread_t thread;
    int cpu;
    uint64_t *fwq; /* length of each quantum */
    uint32_t *ftq; /* pieces of work done in each slot */
    uint64_t quanta;
};

static struct worker workers[MAX_CPUS];
static unsigned nr_fwq, nr_ftq; /* samples */
static uint64_t quantum;        /* in the unit of time */
static uint64_t work;           /* turns of the loop in a quantum */
static pthread_barrier_t start_line;
static atomic_bool stop;
static atomic_ulong rounds; /* of what CPU 0 does while the others are measured */

/* A chain of dependent operations: no memory, no calls. */
static inline uint64_t spin(uint64_t turns, uint64_t x)
{
    for (; turns != 0; turns--) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        __asm__ volatile("" : "+r"(x));
    }
    return x;
}

static uint64_t expected(uint64_t turns)
{
    return spin(turns, 1);
}

/* As many turns as take one quantum on a quiet CPU. */
static void calibrate(void)
{
    uint64_t best = UINT64_MAX;
    const uint64_t turns = 100000;
    for (int i = 0; i < 20; i++) {
        uint64_t begin = bench_now();
        uint64_t x = spin(turns, 1);
        uint64_t took = bench_now() - begin;
        BENCH_CHECK(x == expected(turns));
        best = took < best ? took : best;
    }
    work = turns * quantum / best + 1;
}

static void run_fwq(struct worker *worker, uint64_t right)
{
    for (unsigned i = 0; i < nr_fwq; i++) {
        uint64_t begin = bench_now();
        uint64_t x = spin(work, 1);
        worker->fwq[i] = bench_now() - begin;
        BENCH_CHECK(x == right);
    }
}

/*
 * The loop of FWQ until the time-stamp counter says `end`, with nothing of the system's in
 * it: whatever else is executed on this CPU meanwhile is noise. Returns the quanta done.
 */
__attribute__((noinline)) static uint64_t fwq_watched(uint64_t turns, uint64_t end, uint64_t right)
{
    uint64_t quanta = 0;
    while (bench_tsc() < end && spin(turns, 1) == right)
        quanta++;
    return quanta;
}

static uint64_t watch_end;

static void *watched(void *arg)
{
    struct worker *worker = arg;
    bench_pin(worker->cpu);
    uint64_t right = expected(work);
    pthread_barrier_wait(&start_line);
    usleep(SETTLE);
    worker->quanta = fwq_watched(work, watch_end, right);
    pthread_barrier_wait(&start_line); /* what comes at the end meets nobody in the loop */
    return NULL;
}

static void run_ftq(struct worker *worker)
{
    const uint64_t piece = work / 64 + 1;
    uint64_t x = 1, slot_end = bench_now();
    for (unsigned i = 0; i < nr_ftq; i++) {
        uint32_t done = 0;
        slot_end += quantum;
        while (bench_now() < slot_end) {
            x = spin(piece, x);
            done++;
        }
        worker->ftq[i] = done;
    }
    BENCH_CHECK(x != 0);
}

static void *measure(void *arg)
{
    struct worker *worker = arg;
    bench_pin(worker->cpu);
    uint64_t right = expected(work);
    pthread_barrier_wait(&start_line);
    usleep(SETTLE);
    run_fwq(worker, right);
    pthread_barrier_wait(&start_line);
    run_ftq(worker);
    return NULL;
}

/* What CPU 0 does while the others are measured. */
static void *disturb(void *arg)
{
    unsigned char *blocks[64] = {0};
    bench_pin(0);
    for (unsigned round = 0; !atomic_load_explicit(&stop, memory_order_relaxed); round++) {
        unsigned char **slot = &blocks[round % 64];
        size_t size = (size_t)64 << round % 16;
        free(*slot);
        *slot = malloc(size);
        BENCH_CHECK(*slot != NULL);
        memset(*slot, (int)round, size);
        for (int i = 0; i < 50; i++)
            BENCH_CHECK(getppid() >= 0);
        atomic_fetch_add_explicit(&rounds, 1, memory_order_relaxed);
        if (round % 100 == 0)
            BENCH_CHECK(dprintf(STDOUT_FILENO, "busy %u\n", round) > 0);
    }
    for (int i = 0; i < 64; i++)
        free(blocks[i]);
    return arg;
}

static void row(const char *phase, int cpu, const char *what, double value, const char *unit)
{
    char name[64];
    snprintf(name, sizeof(name), "%s_cpu%d_%s", phase, cpu, what);
    bench_row_unit(name, value, unit);
}

/* Bin 0: less than 0.01 % above the shortest; then ten bins a decade. */
static unsigned bin_of(double percent)
{
    if (percent < 0.01)
        return 0;
    double bin = 1 + 10 * log10(percent / 0.01);
    return bin < BINS - 1 ? (unsigned)bin : BINS - 1;
}

static double bin_start(unsigned bin)
{
    return bin == 0 ? 0 : 0.01 * pow(10, (bin - 1) / 10.0);
}

static void report_fwq(const char *phase, const struct worker *worker)
{
    static unsigned bins[BINS];
    uint64_t least = UINT64_MAX, most = 0, sum = 0;
    unsigned above = 0, percent = 0;
    bool list = bench_option("list", 0) != 0;
    memset(bins, 0, sizeof(bins));
    for (unsigned i = 0; i < nr_fwq; i++) {
        uint64_t t = worker->fwq[i];
        least = t < least ? t : least;
        most = t > most ? t : most;
        sum += t;
    }
    for (unsigned i = 0; i < nr_fwq; i++) {
        uint64_t t = worker->fwq[i];
        above += t > least;
        percent += t > least + least / 100;
        bins[bin_of(100.0 * (double)(t - least) / (double)least)]++;
        if (list && t > least)
            fprintf(stderr, "%s cpu %d: quantum %u took %llu more\n", phase, worker->cpu, i,
                    (unsigned long long)(t - least));
    }
    int cpu = worker->cpu;
    row(phase, cpu, "fwq_least", (double)least, bench.icount ? "instr" : "ns");
    row(phase, cpu, "fwq_samples", nr_fwq, "samples");
    if (bench.icount)
        row(phase, cpu, "fwq_above", above, "samples");
    row(phase, cpu, "fwq_above_1pc", percent, "samples");
    row(phase, cpu, "fwq_worst", 100.0 * (double)(most - least) / (double)least, "percent");
    row(phase, cpu, "fwq_lost", 100.0 * ((double)sum / ((double)least * nr_fwq) - 1), "percent");
    for (unsigned bin = 0; bin < BINS; bin++)
        if (bins[bin] != 0)
            bench_line("hist %s_cpu%d_fwq %.4f %u\n", phase, cpu, bin_start(bin), bins[bin]);
}

/* Slots are counted by the work that was missing from them, in 64ths of a slot. */
static void report_ftq(const char *phase, const struct worker *worker)
{
    uint32_t most = 0;
    unsigned short_slots = 0;
    double sum = 0;
    for (unsigned i = 0; i < nr_ftq; i++)
        most = worker->ftq[i] > most ? worker->ftq[i] : most;
    for (unsigned i = 0; i < nr_ftq; i++) {
        short_slots += worker->ftq[i] + 1 < most; /* one piece may lie across the edge */
        sum += worker->ftq[i];
    }
    row(phase, worker->cpu, "ftq_most", most, "pieces");
    row(phase, worker->cpu, "ftq_short", short_slots, "samples");
    row(phase, worker->cpu, "ftq_lost", 100.0 * (1 - sum / ((double)most * nr_ftq)), "percent");
}

static void phase(const char *name, int first, int cpus)
{
    pthread_t disturber;
    BENCH_CHECK(pthread_barrier_init(&start_line, NULL, (unsigned)(cpus - first)) == 0);
    atomic_store(&stop, false);
    if (first == 1)
        BENCH_CHECK(pthread_create(&disturber, NULL, disturb, NULL) == 0);
    for (int cpu = first; cpu < cpus; cpu++) {
        struct worker *worker = &workers[cpu];
        worker->cpu = cpu;
        worker->fwq = calloc(nr_fwq, sizeof(*worker->fwq));
        worker->ftq = calloc(nr_ftq, sizeof(*worker->ftq));
        BENCH_CHECK(worker->fwq != NULL && worker->ftq != NULL);
        memset(worker->fwq, 1, nr_fwq * sizeof(*worker->fwq)); /* no fault later */
        memset(worker->ftq, 1, nr_ftq * sizeof(*worker->ftq));
        BENCH_CHECK(pthread_create(&worker->thread, NULL, measure, worker) == 0);
    }
    for (int cpu = first; cpu < cpus; cpu++)
        BENCH_CHECK(pthread_join(workers[cpu].thread, NULL) == 0);
    atomic_store(&stop, true);
    if (first == 1)
        BENCH_CHECK(pthread_join(disturber, NULL) == 0);
    for (int cpu = first; cpu < cpus; cpu++) {
        report_fwq(name, &workers[cpu]);
        report_ftq(name, &workers[cpu]);
        free(workers[cpu].fwq);
        free(workers[cpu].ftq);
    }
    pthread_barrier_destroy(&start_line);
}

/* Rows: quanta done on each CPU. */
static void watch(double seconds, int cpus)
{
    pthread_t disturber;
    struct timespec before, after;
    BENCH_CHECK(cpus > 1);
    clock_gettime(CLOCK_MONOTONIC, &before);
    uint64_t tsc = bench_tsc();
    usleep(100000);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double ns =
        (double)(after.tv_sec - before.tv_sec) * 1e9 + (double)(after.tv_nsec - before.tv_nsec);
    double hz = (double)(bench_tsc() - tsc) / ns * 1e9;
    BENCH_CHECK(pthread_barrier_init(&start_line, NULL, (unsigned)(cpus - 1)) == 0);
    watch_end = bench_tsc() + (uint64_t)((seconds + 0.3) * hz);
    BENCH_CHECK(pthread_create(&disturber, NULL, disturb, NULL) == 0);
    for (int cpu = 1; cpu < cpus; cpu++) {
        workers[cpu].cpu = cpu;
        BENCH_CHECK(pthread_create(&workers[cpu].thread, NULL, watched, &workers[cpu]) == 0);
    }
    for (int cpu = 1; cpu < cpus; cpu++) {
        BENCH_CHECK(pthread_join(workers[cpu].thread, NULL) == 0);
        BENCH_CHECK(workers[cpu].quanta > 0 && bench_tsc() >= watch_end);
        row("watched", cpu, "quanta", (double)workers[cpu].quanta, "samples");
    }
    atomic_store(&stop, true);
    BENCH_CHECK(pthread_join(disturber, NULL) == 0);
    bench_row_unit("watched_quantum", (double)work, "turns");
    row("watched", 0, "rounds", (double)atomic_load(&rounds), "rounds");
}

int main(int argc, char **argv)
{
    bench_start(argc, argv);
    int cpus = bench_cpus();
    BENCH_CHECK(cpus <= MAX_CPUS);
    quantum = (uint64_t)(bench_option("quantum", 3000) * 1000);
    BENCH_CHECK(quantum > 0);
    nr_fwq = (unsigned)(bench_option("seconds", 10) * 1e9 / (double)quantum);
    nr_ftq = nr_fwq / 4;
    BENCH_CHECK(nr_ftq > 0);
    calibrate();
    double watch_seconds = bench_option("watch", 0);
    if (watch_seconds > 0) {
        watch(watch_seconds, cpus);
        return bench_end();
    }
    phase("idle", 0, cpus);
    if (cpus > 1)
        phase("busy", 1, cpus);
    return bench_end();
}
