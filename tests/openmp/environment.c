/* SPDX-License-Identifier: BSD-3-Clause */
/* Nested teams, threadprivate and other data, cancellation. See constructs.h. */
#include "constructs.h"
#include <omp.h>

bool test_nested(int threads)
{
    int outer = threads > 8 ? 8 : threads, inner = threads > 8 ? threads / 8 : 2;
    int counts[8][16] = {{0}}, wrong = 0;

#pragma omp parallel num_threads(outer) reduction(+ : wrong)
    {
        int parent = omp_get_thread_num();
#pragma omp parallel num_threads(inner) reduction(+ : wrong) shared(counts) firstprivate(parent)
        {
            wrong += omp_get_level() != 2 || omp_get_ancestor_thread_num(1) != parent;
            wrong += omp_get_team_size(1) != outer || omp_get_num_threads() != inner;
            counts[parent][omp_get_thread_num()]++;
        }
    }
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 16; j++)
            wrong += counts[i][j] != (i < outer && j < inner);
    return wrong == 0;
}

static int own = 5;
static long own_array[100];
#pragma omp threadprivate(own, own_array)

bool test_threadprivate(int threads)
{
    int wrong = 0;

    own = 1234;
#pragma omp parallel num_threads(threads) copyin(own) reduction(+ : wrong)
    {
        int self = omp_get_thread_num();
        wrong += own != 1234;
        own = self;
        own_array[99] = self;
#pragma omp barrier
        wrong += own != self || own_array[99] != self;
    }
    /* The values stay with the threads from one region to the next. */
#pragma omp parallel num_threads(threads) reduction(+ : wrong)
    wrong += own != omp_get_thread_num() || own_array[99] != omp_get_thread_num();
    wrong += own != 0;
    return wrong == 0;
}

bool test_data_sharing(int threads)
{
    int shared = 0, first = 7, last = 0, private = 99, linear = 0, wrong = 0;

#pragma omp parallel num_threads(threads) firstprivate(first) private(private)                     \
    reduction(+ : wrong) shared(shared)
    {
        private = omp_get_thread_num();
        wrong += first != 7;
        first = private;
#pragma omp atomic
        shared += private;
#pragma omp for lastprivate(last) linear(linear : 2)
        for (int i = 0; i < 64; i++) {
            last = i * 2;
            wrong += linear != 2 * i;
        }
        wrong += first != private || private != omp_get_thread_num();
    }
    return wrong == 0 && first == 7 && private == 99 && last == 126 &&
           shared == threads * (threads - 1) / 2;
}

/* Needs OMP_CANCELLATION=true to end early; the result is right either way. */
bool test_cancellation(int threads)
{
    int found = 0, visited = 0;

#pragma omp parallel num_threads(threads) reduction(+ : visited)
    {
#pragma omp for schedule(dynamic)
        for (int i = 0; i < 500; i++) {
            visited++;
            if (i == 20) {
#pragma omp atomic
                found++;
#pragma omp cancel for
            }
#pragma omp cancellation point for
        }
    }
    return found == 1 && visited >= 1 && visited <= 500 &&
           (omp_get_cancellation() || visited == 500);
}
