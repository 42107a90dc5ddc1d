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

static inline unsigned cpumask_count(const struct cpumask *m)
{
    unsigned n = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(m->bits); i++)
        for (uint64_t left = m->bits[i]; left != 0; left &= left - 1)
            n++;
    return n;
}

/* First core of the set from number `cpu` on; MAX_CPUS or more: none. */
static inline unsigned cpumask_next(const struct cpumask *m, unsigned cpu)
{
    for (unsigned i = cpu / 64; i < ARRAY_SIZE(m->bits); i++) {
        uint64_t left = m->bits[i] & (i == cpu / 64 ? ~0UL << cpu % 64 : ~0UL);
        if (left != 0)
            return i * 64 + (unsigned)__builtin_ctzl(left);
    }
    return MAX_CPUS;
}
#define cpumask_for_each(cpu, m)                                                                   \
    for (unsigned cpu = cpumask_next((m), 0); cpu < MAX_CPUS; cpu = cpumask_next((m), cpu + 1))

/* Cores 0..n-1. */
static inline struct cpumask cpumask_first_n(unsigned n)
{
    struct cpumask m = {0};
    for (unsigned i = 0; i < n / 64; i++)
        m.bits[i] = ~0UL;
    if (n % 64 != 0)
        m.bits[n / 64] = ~(~0UL << n % 64);
    return m;
}

#endif
