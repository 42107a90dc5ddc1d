/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pi by the midpoint rule over 4 / (1 + x^2), a parallel reduction.
 *
 *     pi [STEPS]
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    long steps = argc > 1 ? atol(argv[1]) : 10000000;
    if (steps <= 0) {
        fprintf(stderr, "usage: pi [STEPS]\n");
        return 2;
    }

    double width = 1.0 / (double)steps;
    double sum = 0.0;
    int threads = 0;
#pragma omp parallel reduction(+ : sum)
    {
#pragma omp single nowait
        threads = omp_get_num_threads();
#pragma omp for schedule(static)
        for (long i = 0; i < steps; i++) {
            double x = ((double)i + 0.5) * width;
            sum += 4.0 / (1.0 + x * x);
        }
    }

    double pi = sum * width;
    printf("pi = %.10f with %d threads, error below 1e-9: %s\n", pi, threads,
           fabs(pi - acos(-1.0)) < 1e-9 ? "yes" : "no");
    return 0;
}
