/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the suite's programs do most, by one thread and as often as the argument says: parallel
 * regions, barriers, loops that are dealt out, tasks and atomic updates. ci/openmp-suite takes the
 * emulator's slowdown from the processor time that it costs.
 */
#include <omp.h>
#include <stdlib.h>

static double round_of_work(void)
{
    double sum = 0;
    long count = 0;

#pragma omp parallel num_threads(1) reduction(+ : sum)
    {
#pragma omp for schedule(dynamic, 10)
        for (int i = 0; i < 2000; i++)
            sum += 1.0 / (1 + i);
#pragma omp single
        for (int i = 0; i < 20; i++) {
#pragma omp task shared(count)
#pragma omp atomic
            count++;
        }
    }
    return sum + (double)count;
}

int main(int argc, char **argv)
{
    double sum = 0;

    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++)
        sum += round_of_work();
    return sum < 0;
}
