/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory bandwidth by the four loops of J. D. McCalpin's STREAM: copy, scale, add and
 * triad over three arrays, here of COUNT doubles, the best of several passes.
 *
 *     stream [--icount] [MILLIONS-OF-ELEMENTS]
 *
 * Prints the time of one pass; a pass moves 16 (copy, scale) or 24 bytes an element.
 * The arrays' last values must be those that follow from the number of passes.
 */
#include "../common/measure.h"

#include <math.h>

enum { PASSES = 10, LOOPS = 4 };

#define FACTOR 3.0

static const char *const names[LOOPS] = {"copy", "scale", "add", "triad"};

struct arrays {
    long n;
    double *a, *b, *c;
};

static void run_loop(int loop, const struct arrays *arrays)
{
    double *restrict a = arrays->a, *restrict b = arrays->b, *restrict c = arrays->c;
    long n = arrays->n;
    switch (loop) {
    case 0:
#pragma omp parallel for schedule(static)
        for (long i = 0; i < n; i++)
            c[i] = a[i];
        break;
    case 1:
#pragma omp parallel for schedule(static)
        for (long i = 0; i < n; i++)
            b[i] = FACTOR * c[i];
        break;
    case 2:
#pragma omp parallel for schedule(static)
        for (long i = 0; i < n; i++)
            c[i] = a[i] + b[i];
        break;
    case 3:
#pragma omp parallel for schedule(static)
        for (long i = 0; i < n; i++)
            a[i] = b[i] + FACTOR * c[i];
        break;
    }
}

static void verify(const struct arrays *arrays)
{
    double a = 1, b = 2, c = 0;
    for (int pass = 0; pass < PASSES; pass++) {
        c = a;
        b = FACTOR * c;
        c = a + b;
        a = b + FACTOR * c;
    }
    for (long i = 0; i < arrays->n; i++)
        if (arrays->a[i] != a || arrays->b[i] != b || arrays->c[i] != c)
            measure_fail("element %ld is %g %g %g, must be %g %g %g", i, arrays->a[i], arrays->b[i],
                         arrays->c[i], a, b, c);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    double millions = argc > 1 ? atof(argv[1]) : 2;
    if (!(millions > 0 && millions < 1e6))
        measure_fail("usage: stream [--icount] [MILLIONS-OF-ELEMENTS]");
    struct arrays arrays = {.n = lround(millions * 1e6)};
    size_t size = (size_t)arrays.n * sizeof(double);
    arrays.a = measure_allocate(size);
    arrays.b = measure_allocate(size);
    arrays.c = measure_allocate(size);
#pragma omp parallel for schedule(static)
    for (long i = 0; i < arrays.n; i++) {
        arrays.a[i] = 1;
        arrays.b[i] = 2;
        arrays.c[i] = 0;
    }

    uint64_t best[LOOPS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    for (int pass = 0; pass < PASSES; pass++) {
        for (int loop = 0; loop < LOOPS; loop++) {
            uint64_t start = measure_now();
            run_loop(loop, &arrays);
            uint64_t elapsed = measure_now() - start;
            best[loop] = elapsed < best[loop] ? elapsed : best[loop];
        }
    }
    verify(&arrays);
    for (int loop = 0; loop < LOOPS; loop++)
        measure_report(names[loop], best[loop]);
    return measure_end();
}
