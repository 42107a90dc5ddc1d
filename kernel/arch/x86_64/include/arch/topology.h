/* SPDX-License-Identifier: BSD-3-Clause */
/* What CPUID says of cores, caches and features; for /proc/cpuinfo and /sys. All cores are taken to
 * be alike. */
#ifndef ARCH_TOPOLOGY_H
#define ARCH_TOPOLOGY_H

#include <hermit/types.h>

struct cpu_place {
    unsigned package, core, apic_id;
};
void arch_cpu_place(unsigned cpu, struct cpu_place *place);
/* Cores cpu and other share what `shift` bits of the APIC id number. */
bool arch_cpus_share(unsigned cpu, unsigned other, unsigned shift);
unsigned arch_core_shift(void);    /* threads of one core */
unsigned arch_package_shift(void); /* threads of one package */

struct cpu_cache {
    unsigned level, line, ways, sets, partitions;
    uint64_t size;
    unsigned shift; /* APIC id bits of the threads that share it */
    char type;      /* 'D'ata, 'I'nstruction, 'U'nified */
};
/* Cache number `index` from 0; false: there are no more. */
bool arch_cpu_cache(unsigned index, struct cpu_cache *c);

struct cpu_identity {
    char vendor[13], model_name[49];
    unsigned family, model, stepping, cpuid_level, clflush, physical_bits, virtual_bits;
};
void arch_cpu_identity(struct cpu_identity *id);

/* Linux's name of feature number `i` of its list, NULL beyond the end; *has says if it is there. */
const char *arch_cpu_feature(unsigned i, bool *has);

#endif
