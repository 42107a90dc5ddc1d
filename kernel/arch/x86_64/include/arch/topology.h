/* SPDX-License-Identifier: BSD-3-Clause */
/* Cores, caches and features from CPUID, for /proc/cpuinfo and /sys. All cores are assumed to be
 * alike. */
#ifndef ARCH_TOPOLOGY_H
#define ARCH_TOPOLOGY_H

#include <hermit/types.h>

struct cpu_place {
    unsigned package, core, apic_id;
};
void arch_cpu_place(unsigned cpu, struct cpu_place *place);
/* True if the cores' APIC ids differ at most in the low `shift` bits: they share what those bits
 * number. */
bool arch_cpus_share(unsigned cpu, unsigned other, unsigned shift);
unsigned arch_core_shift(void);    /* threads of one core */
unsigned arch_package_shift(void); /* threads of one package */

struct cpu_cache {
    unsigned level, line, ways, sets, partitions;
    uint64_t size;
    unsigned shift; /* APIC id bits of the threads that share it */
    char type;      /* 'D'ata, 'I'nstruction, 'U'nified */
};
/* Describes cache number `index`, from 0. False: there are no more. */
bool arch_cpu_cache(unsigned index, struct cpu_cache *c);

struct cpu_identity {
    char vendor[13], model_name[49];
    unsigned family, model, stepping, cpuid_level, clflush, physical_bits, virtual_bits;
};
void arch_cpu_identity(struct cpu_identity *id);

/* Linux's name of feature number `i`, NULL beyond the end; *has: the processor has it. */
const char *arch_cpu_feature(unsigned i, bool *has);

#endif
