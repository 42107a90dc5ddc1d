/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IS (RNR-94-007, section 2.6): ranks integer keys, ten times, two keys being changed
 * before each; five ranks are checked each time and the whole order at the end.
 * Ranks to verify: NAS Parallel Benchmarks 3, published for each class.
 *
 * Each thread counts its part of the keys; the counts are added up range by range of
 * key values, so no two threads write the same word.
 */
#include "nas.h"

#include <omp.h>

enum { STEPS = 10, TESTS = 5 };

/* In step s the rank at[i] of rank[i] is that value + s * way[i] + offset[i]. */
static const struct {
    int keys_log2, max_log2;
    int at[TESTS], rank[TESTS], way[TESTS], offset[TESTS];
} problems[] = {
    [CLASS_S] = {16,
                 11,
                 {48427, 17148, 23627, 62548, 4431},
                 {0, 18, 346, 64917, 65463},
                 {1, 1, 1, -1, -1},
                 {0, 0, 0, 0, 0}},
    [CLASS_W] = {20,
                 16,
                 {357773, 934767, 875723, 898999, 404505},
                 {1249, 11698, 1039987, 1043896, 1048018},
                 {1, 1, -1, -1, -1},
                 {-2, -2, 0, 0, 0}},
    [CLASS_A] = {23,
                 19,
                 {2112377, 662041, 5336171, 3642833, 4250760},
                 {104, 17523, 123928, 8288932, 8388264},
                 {1, 1, 1, -1, -1},
                 {-1, -1, -1, 1, 1}},
};

struct ranking {
    int nr_keys, max_key;
    int *keys;
    int *ranks;  /* of key value v: how many keys are below v; max_key + 1 of them */
    int *counts; /* max_key for each thread */
    int *sums;   /* of each thread's range of values */
};

static void make_keys(struct ranking *r)
{
#pragma omp parallel for
    for (int block = 0; block < 64; block++) {
        int first = block * (r->nr_keys / 64);
        uint64_t seed = NAS_SEED * nas_power(NAS_MULTIPLIER, 4 * (uint64_t)first) % NAS_MODULUS;
        for (int i = first; i < first + r->nr_keys / 64; i++) {
            double sum = 0;
            for (int k = 0; k < 4; k++)
                sum += randlc(&seed, NAS_MULTIPLIER);
            r->keys[i] = (int)(r->max_key / 4 * sum);
        }
    }
}

/* Called by all threads of a team: ranks of this thread's range of key values. */
static void add_up(struct ranking *r, int thread, int threads)
{
    int first = (int)((long)r->max_key * thread / threads);
    int last = (int)((long)r->max_key * (thread + 1) / threads);
    int sum = 0;
    for (int v = first; v < last; v++) {
        r->ranks[v] = sum;
        for (int t = 0; t < threads; t++)
            sum += r->counts[(long)t * r->max_key + v];
    }
    r->sums[thread] = sum;
#pragma omp barrier
    int below = 0;
    for (int t = 0; t < thread; t++)
        below += r->sums[t];
    for (int v = first; v < last; v++)
        r->ranks[v] += below;
}

static void rank(struct ranking *r)
{
#pragma omp parallel
    {
        int thread = omp_get_thread_num();
        int *counts = r->counts + (long)thread * r->max_key;
        memset(counts, 0, (size_t)r->max_key * sizeof(int));
#pragma omp for
        for (int i = 0; i < r->nr_keys; i++)
            counts[r->keys[i]]++;
        add_up(r, thread, omp_get_num_threads());
    }
    r->ranks[r->max_key] = r->nr_keys;
}

static void step(struct ranking *r, enum nas_class class, int number)
{
    r->keys[number] = number;
    r->keys[number + STEPS] = r->max_key - number;
    rank(r);
    for (int i = 0; i < TESTS; i++) {
        int is = r->ranks[r->keys[problems[class].at[i]]];
        int expected =
            problems[class].rank[i] + number * problems[class].way[i] + problems[class].offset[i];
        if (is != expected)
            measure_fail("step %d: rank of test %d is %d, must be %d", number, i, is, expected);
    }
}

/* Puts every key where its rank says and looks whether they are in order and all there. */
static void check_order(const struct ranking *r)
{
    int *sorted = measure_allocate((size_t)r->nr_keys * sizeof(int));
    int *next = measure_allocate((size_t)r->max_key * sizeof(int));
    memcpy(next, r->ranks, (size_t)r->max_key * sizeof(int));
    for (int i = 0; i < r->nr_keys; i++) {
        int key = r->keys[i];
        if (next[key] >= r->ranks[key + 1])
            measure_fail("more keys %d than their ranks have room for", key);
        sorted[next[key]++] = key;
    }
    for (int i = 1; i < r->nr_keys; i++)
        if (sorted[i - 1] > sorted[i])
            measure_fail("keys %d and %d are in the wrong order", i - 1, i);
    free(next);
    free(sorted);
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    size_t threads = (size_t)omp_get_max_threads();
    struct ranking r = {.nr_keys = 1 << problems[class].keys_log2,
                        .max_key = 1 << problems[class].max_log2};
    r.keys = measure_allocate((size_t)r.nr_keys * sizeof(int));
    r.ranks = measure_allocate(((size_t)r.max_key + 1) * sizeof(int));
    r.counts = measure_allocate(threads * (size_t)r.max_key * sizeof(int));
    r.sums = measure_allocate(threads * sizeof(int));
    make_keys(&r);

    step(&r, class, 1);
    uint64_t start = measure_now();
    for (int number = 1; number <= STEPS; number++)
        step(&r, class, number);
    uint64_t elapsed = measure_now() - start;

    check_order(&r);
    nas_report("is", class, elapsed);
    return measure_end();
}
