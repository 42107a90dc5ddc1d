/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the kernels share: the problem class, the pseudo-random numbers of the NAS
 * Parallel Benchmarks, and the form of a result.
 *
 * The numbers (RNR-94-007, section 2.2): x' = a x mod 2^46, a value in (0, 1) being
 * x 2^-46. A product modulo 2^64 has the right low 46 bits, so integers do.
 */
#ifndef BENCHMARKS_NAS_H
#define BENCHMARKS_NAS_H

#include "../common/measure.h"

#include <math.h>

#define NAS_SEED       314159265u
#define NAS_MULTIPLIER 1220703125u /* 5^13 */
#define NAS_MODULUS    (UINT64_C(1) << 46)

enum nas_class { CLASS_S, CLASS_W, CLASS_A };

/* The class named by the first argument, S without one. */
static inline enum nas_class nas_start(int *argc, char **argv)
{
    measure_start(argc, argv);
    const char *name = *argc > 1 ? argv[1] : "S";
    const char *at = strlen(name) == 1 ? strchr("SWA", *name) : NULL;
    if (!at || *argc > 2)
        measure_fail("usage: %s [S|W|A] [--icount]", argv[0]);
    return (enum nas_class)(at - "SWA");
}

/* Steps the generator and returns its value in (0, 1). */
static inline double randlc(uint64_t *x, uint64_t a)
{
    *x = *x * a % NAS_MODULUS;
    return (double)*x * 0x1p-46;
}

static inline void vranlc(long n, uint64_t *x, uint64_t a, double *y)
{
    for (long i = 0; i < n; i++)
        y[i] = randlc(x, a);
}

/* a^n: the multiplier that goes n steps at once. */
static inline uint64_t nas_power(uint64_t a, uint64_t n)
{
    uint64_t power = 1;
    for (; n; n >>= 1) {
        if (n & 1)
            power = power * a % NAS_MODULUS;
        a = a * a % NAS_MODULUS;
    }
    return power;
}

static inline void nas_verify(const char *what, double value, double reference, double tolerance)
{
    /* Written so that a NaN fails. */
    if (!(fabs((value - reference) / reference) <= tolerance))
        measure_fail("%s is %.13e, must be %.13e", what, value, reference);
}

static inline void nas_report(const char *kernel, enum nas_class class, uint64_t elapsed)
{
    char name[32];
    snprintf(name, sizeof(name), "%s.%c", kernel, "SWA"[class]);
    measure_report(name, elapsed);
}

#endif
