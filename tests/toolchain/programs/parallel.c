/* SPDX-License-Identifier: BSD-3-Clause */
/* OpenMP, libm and thread-local storage in a few lines; prints the same on every system. */
#include <math.h>
#include <omp.h>
#include <stdio.h>

static _Thread_local int calls = 1;
static double table[1000];

int main(void)
{
    double sum = 0;
    int threads = 0;

    omp_set_num_threads(4);
#pragma omp parallel for
    for (int i = 0; i < 1000; i++)
        table[i] = sqrt(i);
#pragma omp parallel reduction(+ : sum, threads)
    {
        threads += calls;
#pragma omp for
        for (int i = 0; i < 1000; i++)
            sum += table[i];
    }
    printf("%d threads, sum %.6f\n", threads, sum);
    return 0;
}
