/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The product of two square matrices of small integers in double precision, in tiles
 * that fit the cache. Every sum is exact, so C x = A (B x) must hold exactly for a
 * random vector x of small integers; a wrong element escapes with little chance.
 */
#include "nas.h"

enum { TILE = 64, ROUNDS = 3 };

static const int sizes[] = {[CLASS_S] = 192, [CLASS_W] = 512, [CLASS_A] = 1024};

static int n;

static void fill(double *matrix, uint64_t *seed)
{
    for (long i = 0; i < (long)n * n; i++)
        matrix[i] = floor(64 * randlc(seed, NAS_MULTIPLIER)) - 32;
}

/* Adds the product of two tiles to the tile of c whose first element is (i0, j0). */
static void tile(const double *a, const double *b, double *c, int i0, int j0, int k0)
{
    for (int i = i0; i < i0 + TILE; i++) {
        double *restrict to = c + (long)i * n + j0;
        for (int k = k0; k < k0 + TILE; k++) {
            double factor = a[(long)i * n + k];
            const double *restrict from = b + (long)k * n + j0;
            for (int j = 0; j < TILE; j++)
                to[j] += factor * from[j];
        }
    }
}

static void multiply(const double *a, const double *b, double *c)
{
#pragma omp parallel for collapse(2) schedule(static)
    for (int i0 = 0; i0 < n; i0 += TILE) {
        for (int j0 = 0; j0 < n; j0 += TILE) {
            for (int i = i0; i < i0 + TILE; i++)
                memset(c + (long)i * n + j0, 0, TILE * sizeof(double));
            for (int k0 = 0; k0 < n; k0 += TILE)
                tile(a, b, c, i0, j0, k0);
        }
    }
}

static void apply(const double *matrix, const double *x, double *y)
{
    for (int i = 0; i < n; i++) {
        y[i] = 0;
        for (int j = 0; j < n; j++)
            y[i] += matrix[(long)i * n + j] * x[j];
    }
}

static void verify(const double *a, const double *b, const double *c, uint64_t *seed)
{
    size_t size = (size_t)n * sizeof(double);
    double *x = measure_allocate(size), *bx = measure_allocate(size);
    double *abx = measure_allocate(size), *cx = measure_allocate(size);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < n; i++)
            x[i] = floor(1024 * randlc(seed, NAS_MULTIPLIER));
        apply(b, x, bx);
        apply(a, bx, abx);
        apply(c, x, cx);
        for (int i = 0; i < n; i++)
            if (cx[i] != abx[i])
                measure_fail("row %d of the product is wrong", i);
    }
    free(cx);
    free(abx);
    free(bx);
    free(x);
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    uint64_t seed = NAS_SEED;
    n = sizes[class];
    size_t size = (size_t)n * (size_t)n * sizeof(double);
    double *a = measure_allocate(size), *b = measure_allocate(size), *c = measure_allocate(size);
    fill(a, &seed);
    fill(b, &seed);

    uint64_t start = measure_now();
    multiply(a, b, c);
    uint64_t elapsed = measure_now() - start;

    verify(a, b, c, &seed);
    nas_report("matmul", class, elapsed);
    return measure_end();
}
