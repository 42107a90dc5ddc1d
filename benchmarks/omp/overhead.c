/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What OpenMP's constructs cost, by the method of the EPCC OpenMP microbenchmarks
 * (J. M. Bull, "Measuring synchronisation and scheduling overheads in OpenMP", 1999):
 * a delay inside a construct is timed against the same delays without it;
 *
 *     overhead = (time with the construct - time of the reference) / repetitions
 *
 *     overhead [--icount] [CONSTRUCT…]
 *
 * Construct and reference are timed in turn, and of each the lower quartile of up to
 * SAMPLES measurements counts: what else the host does only ever adds time. A repetition of `task`
 * and `taskwait` is one task a thread, of `task_tree` one tree a thread. With fewer processors than
 * threads the delays of threads take turns, and the reference is so much longer.
 *
 * Every thread counts its delays and every construct says how many there must be, so
 * an iteration lost or done twice is noticed; so is a broken mutual exclusion or order.
 */
#include "../common/measure.h"

#include <omp.h>

enum {
    SAMPLES = 21,
    MIN_SAMPLES = 5,
    DELAY_LENGTH = 20, /* about EPCC's 0.1 us here: a longer one hides what loops cost */
    ITERATIONS = 128,
    TREE_DEPTH = 6,
    MIN_REPETITIONS = 4
};

/* A sample takes about this long: ns, or instructions. */
#define SAMPLE_TIME 1000000u

/* A construct that takes longer gets fewer samples. */
#define CONSTRUCT_TIME UINT64_C(1000000000)

static int threads;

static long delays; /* by this thread since the last count */
#pragma omp threadprivate(delays)

static volatile long exclusive; /* changed under mutual exclusion only */
static long counter;            /* changed atomically */
static omp_lock_t lock;

static void delay(void)
{
    for (int i = 0; i < DELAY_LENGTH; i++)
        __asm__ volatile("" ::: "memory");
    delays++;
}

static void test_reference(long n)
{
    for (long j = 0; j < n; j++)
        delay();
}

static void test_parallel(long n)
{
    for (long j = 0; j < n; j++) {
#pragma omp parallel
        delay();
    }
}

static void test_for(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp for
        for (int i = 0; i < threads; i++)
            delay();
    }
}

static void test_parallel_for(long n)
{
    for (long j = 0; j < n; j++) {
#pragma omp parallel for
        for (int i = 0; i < threads; i++)
            delay();
    }
}

static void test_barrier(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
        delay();
#pragma omp barrier
    }
}

static void test_single(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp single
        delay();
    }
}

/* From here to `atomic` the threads take turns: n rounds in all. */
static void test_critical(long n)
{
#pragma omp parallel
    for (long j = 0; j < n / threads; j++) {
#pragma omp critical
        {
            delay();
            exclusive++;
        }
    }
}

static void test_lock(long n)
{
#pragma omp parallel
    for (long j = 0; j < n / threads; j++) {
        omp_set_lock(&lock);
        delay();
        exclusive++;
        omp_unset_lock(&lock);
    }
}

static void test_ordered(long n)
{
#pragma omp parallel for ordered schedule(static, 1)
    for (long j = 0; j < n; j++) {
#pragma omp ordered
        {
            delay();
            if (exclusive == j)
                exclusive++;
        }
    }
}

static void test_atomic(long n)
{
#pragma omp parallel
    for (long j = 0; j < n / threads; j++) {
#pragma omp atomic
        counter++;
    }
}

static void test_reduction(long n)
{
    for (long j = 0; j < n; j++) {
        long sum = 0;
#pragma omp parallel reduction(+ : sum)
        {
            delay();
            sum++;
        }
        counter += sum;
    }
}

static void test_task(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp task
        delay();
    }
}

/* One thread makes the tasks of all. */
static void test_task_master(long n)
{
#pragma omp parallel
#pragma omp master
    for (long j = 0; j < n * threads; j++) {
#pragma omp task
        delay();
    }
}

static void test_taskwait(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp task
        delay();
#pragma omp taskwait
    }
}

static void tree(int depth)
{
    if (depth == 0) {
        delay();
        return;
    }
    for (int child = 0; child < 2; child++) {
#pragma omp task
        tree(depth - 1);
    }
#pragma omp taskwait
}

/* Each thread grows binary trees of tasks, a delay in each leaf. */
static void test_task_tree(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++)
        tree(TREE_DEPTH);
}

/* Loops of ITERATIONS delays a thread, in chunks of `chunk`. */
static int chunk;

static void test_static(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp for schedule(static)
        for (int i = 0; i < ITERATIONS * threads; i++)
            delay();
    }
}

static void test_static_chunks(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp for schedule(static, chunk)
        for (int i = 0; i < ITERATIONS * threads; i++)
            delay();
    }
}

static void test_dynamic(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp for schedule(dynamic, chunk)
        for (int i = 0; i < ITERATIONS * threads; i++)
            delay();
    }
}

static void test_guided(long n)
{
#pragma omp parallel
    for (long j = 0; j < n; j++) {
#pragma omp for schedule(guided, chunk)
        for (int i = 0; i < ITERATIONS * threads; i++)
            delay();
    }
}

/* What happens in n repetitions, and what they are measured against. */
enum kind {
    EACH_THREAD, /* n times `delays` delays by each thread */
    ONE_THREAD,  /* n times one delay by some thread */
    TAKE_TURNS,  /* as many, under mutual exclusion */
    ATOMIC,      /* n additions by all threads together, no delay */
    REDUCTION,   /* as EACH_THREAD, and a sum */
};

static const struct construct {
    const char *name;
    void (*test)(long n);
    enum kind kind;
    int delays;
    int chunk;
} constructs[] = {
    {"parallel", test_parallel, EACH_THREAD, 1, 0},
    {"for", test_for, EACH_THREAD, 1, 0},
    {"parallel_for", test_parallel_for, EACH_THREAD, 1, 0},
    {"barrier", test_barrier, EACH_THREAD, 1, 0},
    {"single", test_single, ONE_THREAD, 1, 0},
    {"critical", test_critical, TAKE_TURNS, 1, 0},
    {"lock", test_lock, TAKE_TURNS, 1, 0},
    {"ordered", test_ordered, TAKE_TURNS, 1, 0},
    {"atomic", test_atomic, ATOMIC, 0, 0},
    {"reduction", test_reduction, REDUCTION, 1, 0},
    {"task", test_task, EACH_THREAD, 1, 0},
    {"task_master", test_task_master, EACH_THREAD, 1, 0},
    {"taskwait", test_taskwait, EACH_THREAD, 1, 0},
    {"task_tree", test_task_tree, EACH_THREAD, 1 << TREE_DEPTH, 0},
    {"static", test_static, EACH_THREAD, ITERATIONS, 0},
    {"static_1", test_static_chunks, EACH_THREAD, ITERATIONS, 1},
    {"static_8", test_static_chunks, EACH_THREAD, ITERATIONS, 8},
    {"static_64", test_static_chunks, EACH_THREAD, ITERATIONS, 64},
    {"dynamic_1", test_dynamic, EACH_THREAD, ITERATIONS, 1},
    {"dynamic_8", test_dynamic, EACH_THREAD, ITERATIONS, 8},
    {"dynamic_64", test_dynamic, EACH_THREAD, ITERATIONS, 64},
    {"guided_1", test_guided, EACH_THREAD, ITERATIONS, 1},
    {"guided_8", test_guided, EACH_THREAD, ITERATIONS, 8},
    {"guided_64", test_guided, EACH_THREAD, ITERATIONS, 64},
};

/* The delays that all threads have done since the last call. */
static long count_delays(void)
{
    long sum = 0;
#pragma omp parallel reduction(+ : sum)
    {
        sum += delays;
        delays = 0;
    }
    return sum;
}

static void expect(const struct construct *c, const char *what, long is, long must)
{
    if (is != must)
        measure_fail("%s: %ld %s, must be %ld", c->name, is, what, must);
}

static void verify(const struct construct *c, long n)
{
    bool each = c->kind == EACH_THREAD || c->kind == REDUCTION;
    expect(c, "delays", count_delays(), c->delays * n * (each ? threads : 1));
    if (c->kind == TAKE_TURNS)
        expect(c, "turns", exclusive, n);
    if (c->kind == ATOMIC)
        expect(c, "additions", counter, n);
    if (c->kind == REDUCTION)
        expect(c, "in sum", counter, n * threads);
}

/* The time of n repetitions; n is a multiple of the number of threads. */
static uint64_t sample(const struct construct *c, long n)
{
    exclusive = 0;
    counter = 0;
    chunk = c->chunk;
    uint64_t start = measure_now();
    c->test(n);
    uint64_t elapsed = measure_now() - start;
    verify(c, n);
    return elapsed;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Whether n repetitions take less than half of SAMPLE_TIME, undisturbed. */
static bool is_short(const struct construct *c, long n)
{
    for (int try = 0; try < 3; try++)
        if (sample(c, n) < SAMPLE_TIME / 2)
            return true;
    return false;
}

/* Repetitions that take about SAMPLE_TIME. */
static long calibrate(const struct construct *c)
{
    long n = (long)MIN_REPETITIONS * threads;
    sample(c, n);
    while (is_short(c, n))
        n *= 2;
    return n;
}

static double lower_quartile(double *times, int n)
{
    qsort(times, (size_t)n, sizeof(*times), ascending);
    return times[n / 4];
}

/* How many delays take turns in one repetition. */
static double delays_in_turn(const struct construct *c)
{
    int processors = omp_get_num_procs();
    double turns = threads > processors ? (double)threads / processors : 1;
    bool each = c->kind == EACH_THREAD || c->kind == REDUCTION;
    return c->delays * (each ? turns : 1);
}

/* What a repetition takes longer than its delays. */
static double overhead_of(const struct construct *c)
{
    static const struct construct reference = {"reference", test_reference, ONE_THREAD, 1, 0};
    double times[SAMPLES], delay_times[SAMPLES];
    long n = calibrate(c), n_delays = calibrate(&reference);
    int samples = 0;
    for (uint64_t spent = 0; samples < SAMPLES; samples++) {
        if (samples >= MIN_SAMPLES && spent > CONSTRUCT_TIME)
            break;
        uint64_t elapsed = sample(c, n);
        spent += elapsed;
        times[samples] = (double)elapsed / (double)n;
        delay_times[samples] = (double)sample(&reference, n_delays) / (double)n_delays;
    }
    return lower_quartile(times, samples) -
           lower_quartile(delay_times, samples) * delays_in_turn(c);
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    threads = omp_get_max_threads();
    omp_init_lock(&lock);
    int shown = 0;
    for (size_t i = 0; i < sizeof(constructs) / sizeof(*constructs); i++) {
        const struct construct *c = &constructs[i];
        if (!wanted(c->name, argc, argv))
            continue;
        measure_row(c->name, overhead_of(c));
        shown++;
    }
    if (shown < argc - 1)
        measure_fail("an argument is no construct's name");
    return measure_end();
}
