/* SPDX-License-Identifier: BSD-3-Clause */
/* Per-core data: owns CPU 0's, which is needed before there is an allocator, and the table of all
 * cores. Each part's header says who may access it; no locks here. */
#include "cpu.h"

static struct cpu_data first;
extern struct cpu cpu0 __attribute__((alias("first")));
struct cpu *cpus[MAX_CPUS + 1];
unsigned nr_cpus = 1;

static inline struct cpu_data *data_of(struct cpu *c)
{
    return container_of(c, struct cpu_data, cpu);
}

struct cpu *cpu_alloc(void)
{
    struct cpu_data *d = kzalloc(sizeof(*d));

    return d != NULL ? &d->cpu : NULL;
}

struct sched_cpu *cpu_sched(struct cpu *c)
{
    return &data_of(c)->sched;
}

struct cpu *cpu_of_sched(struct sched_cpu *sched)
{
    return &container_of(sched, struct cpu_data, sched)->cpu;
}

struct timer_cpu *cpu_timer(struct cpu *c)
{
    return &data_of(c)->timer;
}

struct frame_cpu *cpu_frames(struct cpu *c)
{
    return &data_of(c)->frames;
}

struct slab_cpu *cpu_slab(struct cpu *c)
{
    return &data_of(c)->slab;
}

struct vm_cpu *cpu_vm(struct cpu *c)
{
    return &data_of(c)->vm;
}

#ifdef HERMIT_CHAOS
struct chaos_cpu *cpu_chaos(struct cpu *c)
{
    return &data_of(c)->chaos;
}
#endif
