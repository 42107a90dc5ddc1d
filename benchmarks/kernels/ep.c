/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * EP, "embarrassingly parallel" (RNR-94-007, section 2.2): pairs of Gaussian deviates
 * by the polar method, their sums and their counts in square annuli.
 * Sums to verify: NAS Parallel Benchmarks 3, published for each class.
 */
#include "nas.h"

enum { BATCH_LOG2 = 16, BATCH = 1 << BATCH_LOG2, ANNULI = 10 };

static const struct {
    int pairs_log2;
    double sx, sy;
} problems[] = {
    [CLASS_S] = {24, -3.247834652034740e+3, -6.958407078382297e+3},
    [CLASS_W] = {25, -2.863319731645753e+3, -6.320053679109499e+3},
    [CLASS_A] = {28, -4.295875165629892e+3, -1.580732573678431e+4},
};

struct sums {
    double x, y;
    long annulus[ANNULI];
};

/* Adds the pairs of one batch; `deviates` holds 2 * BATCH numbers. */
static void add_batch(long batch, double *deviates, struct sums *sums)
{
    uint64_t seed = UINT64_C(271828183);
    seed = seed * nas_power(NAS_MULTIPLIER, (uint64_t)batch * 2 * BATCH) % NAS_MODULUS;
    vranlc(2 * BATCH, &seed, NAS_MULTIPLIER, deviates);
    for (long i = 0; i < BATCH; i++) {
        double x = 2 * deviates[2 * i] - 1, y = 2 * deviates[2 * i + 1] - 1;
        double t = x * x + y * y;
        if (t > 1)
            continue;
        double factor = sqrt(-2 * log(t) / t);
        x *= factor;
        y *= factor;
        sums->annulus[(int)fmax(fabs(x), fabs(y))]++;
        sums->x += x;
        sums->y += y;
    }
}

int main(int argc, char **argv)
{
    enum nas_class class = nas_start(&argc, argv);
    long batches = 1L << (problems[class].pairs_log2 - BATCH_LOG2);
    double sx = 0, sy = 0;
    long annulus[ANNULI] = {0};

    uint64_t start = measure_now();
#pragma omp parallel reduction(+ : sx, sy, annulus)
    {
        double *deviates = measure_allocate(2 * BATCH * sizeof(double));
        struct sums sums = {0};
#pragma omp for
        for (long batch = 0; batch < batches; batch++)
            add_batch(batch, deviates, &sums);
        sx += sums.x;
        sy += sums.y;
        for (int i = 0; i < ANNULI; i++)
            annulus[i] += sums.annulus[i];
        free(deviates);
    }
    uint64_t elapsed = measure_now() - start;

    nas_verify("sum of x", sx, problems[class].sx, 1e-8);
    nas_verify("sum of y", sy, problems[class].sy, 1e-8);
    long pairs = 0;
    for (int i = 0; i < ANNULI; i++)
        pairs += annulus[i];
    /* A fraction of pi / 4 of the pairs is accepted. */
    nas_verify("number of pairs", (double)pairs, ldexp(M_PI / 4, problems[class].pairs_log2), 1e-3);
    nas_report("ep", class, elapsed);
    return measure_end();
}
