/* SPDX-License-Identifier: BSD-3-Clause */
/* test: timeout=240 mem=1G */
/*
 * All constructs with teams of 1 to 64 threads, 50 iterations inside one run.
 * Prints one line for each construct: how many of its runs were right.
 */
#include "constructs.h"
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#define ITERATIONS 50

static const struct construct {
    const char *name;
    bool (*test)(int threads);
} table[] = {
    {"parallel", test_parallel},
    {"for static", test_for_static},
    {"for dynamic", test_for_dynamic},
    {"for guided", test_for_guided},
    {"for ordered", test_for_ordered},
    {"for collapse", test_for_collapse},
    {"reduction", test_reduction},
    {"sections", test_sections},
    {"single, masked", test_single_and_masked},
    {"critical", test_critical},
    {"atomic", test_atomic},
    {"barrier", test_barrier},
    {"locks", test_locks},
    {"nested locks", test_nested_locks},
    {"flush", test_flush},
    {"tasks", test_tasks},
    {"task dependences", test_task_dependences},
    {"task loops", test_task_loops},
    {"task groups", test_task_groups},
    {"nested parallelism", test_nested},
    {"threadprivate", test_threadprivate},
    {"data sharing", test_data_sharing},
    {"cancellation", test_cancellation},
};

#define CONSTRUCTS (int)(sizeof(table) / sizeof(table[0]))

int main(int argc, char **argv)
{
    /* Large teams cost most where CPUs are few: each comes up twice in 50 iterations. */
    static const int teams[25] = {1, 2, 3, 4, 5, 6, 7, 8,  2, 4, 1, 3, 64,
                                  2, 4, 8, 5, 2, 3, 4, 32, 1, 2, 4, 16};
    int iterations = argc > 1 ? atoi(argv[1]) : ITERATIONS, right[CONSTRUCTS] = {0}, wrong = 0;

    omp_set_dynamic(0);
    omp_set_max_active_levels(3);
    for (int i = 0; i < iterations; i++) {
        int threads = teams[i % 25];
        for (int j = 0; j < CONSTRUCTS; j++) {
            if (table[j].test(threads)) {
                right[j]++;
            } else {
                printf("%s with %d threads is wrong in iteration %d\n", table[j].name, threads, i);
                fflush(stdout);
                wrong++;
            }
        }
    }
    for (int j = 0; j < CONSTRUCTS; j++)
        printf("%s: %d of %d\n", table[j].name, right[j], iterations);
    return wrong != 0;
}
