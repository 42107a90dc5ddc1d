/* SPDX-License-Identifier: BSD-3-Clause */
/* build: -fopenmp */
/* Runs one parallel region, for KMP_AFFINITY=verbose to report on. */
#include <omp.h>
#include <stdio.h>

int main(void)
{
    int threads = 0;

#pragma omp parallel reduction(+ : threads)
    threads++;
    printf("%d processors, %d threads\n", omp_get_num_procs(), threads);
    return 0;
}
