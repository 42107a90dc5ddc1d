/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Jacobi iteration for the Laplace equation on a square: the upper edge is held
 * at 1, the others at 0. Every sweep is a parallel loop over the rows; the change
 * of a sweep is a reduction.
 *
 *     jacobi [SIZE [SWEEPS]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One sweep from `from` to `to` over the inner points; returns the largest change. */
static double sweep(long n, const double *from, double *to)
{
    double change = 0.0;
#pragma omp parallel for schedule(static) reduction(max : change)
    for (long i = 1; i < n - 1; i++) {
        for (long j = 1; j < n - 1; j++) {
            const double *p = from + i * n + j;
            double value = 0.25 * (p[-n] + p[n] + p[-1] + p[1]);
            change = fmax(change, fabs(value - *p));
            to[i * n + j] = value;
        }
    }
    return change;
}

/* A sum in the order of the points, so that it does not depend on the threads. */
static double checksum(long n, const double *grid)
{
    double sum = 0.0;
    for (long i = 0; i < n * n; i++)
        sum += grid[i];
    return sum;
}

int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 512;
    long sweeps = argc > 2 ? atol(argv[2]) : 100;
    if (n < 3 || n > 100000 || sweeps < 1) {
        fprintf(stderr, "usage: jacobi [SIZE [SWEEPS]]\n");
        return 2;
    }

    double *a = calloc((size_t)(n * n), sizeof *a);
    double *b = calloc((size_t)(n * n), sizeof *b);
    if (!a || !b) {
        perror("jacobi");
        free(a);
        free(b);
        return 1;
    }
    for (long j = 0; j < n; j++)
        a[j] = b[j] = 1.0;

    double change = 0.0;
    for (long s = 0; s < sweeps; s++) {
        change = sweep(n, a, b);
        double *t = a;
        a = b;
        b = t;
    }
    printf("grid %ld x %ld, %ld sweeps, last change %.6e, checksum %.9f\n", n, n, sweeps, change,
           checksum(n, a));
    free(a);
    free(b);
    return 0;
}
