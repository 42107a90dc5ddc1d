/* SPDX-License-Identifier: BSD-3-Clause */
/* Cores and caches, for /proc/cpuinfo and /sys. All cores are assumed to be alike. */
#ifndef ARCH_TOPOLOGY_H
#define ARCH_TOPOLOGY_H

#include <hermit/types.h>

struct cpu_place {
    unsigned package, core;
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

/* Writes one core's paragraph of /proc/cpuinfo by `print`, a function like printf. */
struct text;
typedef void cpuinfo_print(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arch_cpuinfo(unsigned cpu, struct text *t, cpuinfo_print *print);

#endif
