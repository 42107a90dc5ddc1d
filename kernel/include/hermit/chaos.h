/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Named hand-over points: the places between two steps of a protocol where another
 * core may run its steps. In a kernel built with HERMIT_CHAOS (preset `chaos`) a core
 * at such a point spins for a random time, mostly none and at most 200 µs, so that
 * interleavings that are rare on real machines happen in each run of the tests. In
 * other kernels a point generates no code.
 *
 * The random numbers of all cores derive from one seed: HERMIT_CHAOS_SEED in the
 * launcher's environment, else a new one at each boot. The kernel log and a panic's
 * report show it, the report also the last points that the core passed.
 */
#ifndef HERMIT_CHAOS_H
#define HERMIT_CHAOS_H

#include <hermit/types.h>

#ifdef HERMIT_CHAOS

#define CHAOS_TRAIL 8 /* points that a core remembers for a report */

struct chaos_cpu {
    uint64_t random; /* state of the generator; 0: not yet seeded */
    const char *trail[CHAOS_TRAIL];
    unsigned passed; /* points so far */
};
struct cpu;
struct chaos_cpu *cpu_chaos(struct cpu *c); /* kernel/cpu.c */

/* Any context, any lock held. Interrupts stay as they are. */
void chaos_point(const char *name);

/* Takes the seed from the boot block; CPU 0, once the clock runs. Earlier points do nothing. */
void chaos_init(void);

/* Seed and this core's last points as text, for a panic. Returns the length. */
size_t chaos_report(char *text, size_t size);

#else

struct chaos_cpu {
};

static inline void chaos_point(const char *name)
{
    (void)name;
}

static inline void chaos_init(void)
{
}

static inline size_t chaos_report(char *text, size_t size)
{
    (void)text;
    (void)size;
    return 0;
}

#endif

#endif
