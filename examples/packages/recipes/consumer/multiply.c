// SPDX-License-Identifier: BSD-3-Clause
//
// Products of matrices in all four precisions by BLAS, called as C programs do without CBLAS.
// Entries are small whole numbers, so that every order of summation gives the same.
#include <complex.h>
#include <stdio.h>

enum { N = 150 };

#define GEMM(name, type)                                                                           \
    void name(const char *, const char *, const int *, const int *, const int *, const type *,     \
              const type *, const int *, const type *, const int *, const type *, type *,          \
              const int *)
GEMM(sgemm_, float);
GEMM(dgemm_, double);
GEMM(cgemm_, float _Complex);
GEMM(zgemm_, double _Complex);

static int entry(int row, int column)
{
    return (row * 7 + column * 3) % 11 - 5;
}

// The product of the same matrices, element by element
static int expected(int row, int column)
{
    int sum = 0;

    for (int i = 0; i < N; i++)
        sum += entry(row, i) * entry(i, column + 1);
    return sum;
}

// Says how many elements are wrong. PART is the factor of the first matrix, 1 or 1 + 2i.
#define CHECK(name, type, part)                                                                    \
    do {                                                                                           \
        static type a[N * N], b[N * N], c[N * N];                                                  \
        const type one = 1, zero = 0;                                                              \
        const int n = N;                                                                           \
        int wrong = 0;                                                                             \
        for (int row = 0; row < N; row++) {                                                        \
            for (int column = 0; column < N; column++) {                                           \
                a[row + N * column] = (part) * entry(row, column);                                 \
                b[row + N * column] = entry(row, column + 1);                                      \
            }                                                                                      \
        }                                                                                          \
        name("N", "N", &n, &n, &n, &one, a, &n, b, &n, &zero, c, &n);                              \
        for (int row = 0; row < N; row++)                                                          \
            for (int column = 0; column < N; column++)                                             \
                wrong += c[row + N * column] != (type)((part) * expected(row, column));            \
        printf("%s: %d wrong elements, the last is %g\n", #name, wrong, creal(c[N * N - 1]));      \
        all_wrong += wrong;                                                                        \
    } while (0)

int main(void)
{
    int all_wrong = 0;

    CHECK(sgemm_, float, 1);
    CHECK(dgemm_, double, 1);
    CHECK(cgemm_, float _Complex, 1 + 2 * I);
    CHECK(zgemm_, double _Complex, 1 + 2 * I);
    return all_wrong != 0;
}
