/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the five-point Laplace matrix of an N x N grid, which is symmetric and
 * positive definite, as a Matrix Market file to stdout.
 *
 *     mkmatrix N [general|symmetric]
 *
 * `general` spells out both triangles, `symmetric` (the default) the lower one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints the entries of one row: the point itself and its neighbours. */
static void print_row(long n, long i, long j, bool general)
{
    long row = i * n + j + 1;
    if (i > 0)
        printf("%ld %ld -1\n", row, row - n);
    if (j > 0)
        printf("%ld %ld -1\n", row, row - 1);
    printf("%ld %ld 4.01\n", row, row);
    if (general && j < n - 1)
        printf("%ld %ld -1\n", row, row + 1);
    if (general && i < n - 1)
        printf("%ld %ld -1\n", row, row + n);
}

int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 0;
    bool general = argc > 2 && strcmp(argv[2], "general") == 0;
    if (n < 1 || n > 40000 || argc > 3 || (argc == 3 && !general && strcmp(argv[2], "symmetric"))) {
        fprintf(stderr, "usage: mkmatrix N [general|symmetric]\n");
        return 2;
    }
    long edges = 2 * n * (n - 1);
    printf("%%%%MatrixMarket matrix coordinate real %s\n", general ? "general" : "symmetric");
    printf("%ld %ld %ld\n", n * n, n * n, n * n + edges * (general ? 2 : 1));
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++)
            print_row(n, i, j, general);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
