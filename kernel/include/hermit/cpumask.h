/* SPDX-License-Identifier: BSD-3-Clause */
/* A set of cores. Plain data; atomicity is the caller's. */
#ifndef HERMIT_CPUMASK_H
#define HERMIT_CPUMASK_H

#include <hermit/types.h>

struct cpumask {
    uint64_t bits[(MAX_CPUS + 63) / 64];
};

static inline bool cpumask_test(const struct cpumask *m, unsigned cpu)
{
    return m->bits[cpu / 64] >> (cpu % 64) & 1;
}

static inline void cpumask_set(struct cpumask *m, unsigned cpu)
{
    m->bits[cpu / 64] |= 1UL << (cpu % 64);
}

static inline void cpumask_clear(struct cpumask *m, unsigned cpu)
{
    m->bits[cpu / 64] &= ~(1UL << (cpu % 64));
}

static inline bool cpumask_empty(const struct cpumask *m)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(m->bits); i++)
        any |= m->bits[i];
    return any == 0;
}

/* Cores 0..n-1. */
static inline struct cpumask cpumask_first_n(unsigned n)
{
    struct cpumask m = {0};
    for (unsigned i = 0; i < n; i++)
        cpumask_set(&m, i);
    return m;
}

#endif
