/* SPDX-License-Identifier: BSD-3-Clause */
/* Topology and caches from CPUID (Intel SDM vol. 2, CPUID; AMD APM vol. 3). No locks. */
#include "cpuid.h"
#include <arch/topology.h>
#include <hermit/percpu.h>

/* Bits needed for numbers below n. */
static unsigned bits_for(unsigned n)
{
    return n <= 1 ? 0 : 32 - (unsigned)__builtin_clz(n - 1);
}

/* Shift of level `type` (1: threads of a core, 2: of a package) in leaf 0xB; −1: not given. */
static int leaf_b_shift(unsigned type)
{
    for (unsigned i = 0; i < 8; i++) {
        struct cpuid r = cpuid_checked(0xb, i);
        unsigned level = r.ecx >> 8 & 0xff;
        if (r.ebx == 0 || level == 0)
            break;
        if (level == type)
            return (int)(r.eax & 31);
    }
    return -1;
}

unsigned arch_package_shift(void)
{
    int shift = leaf_b_shift(2);
    if (shift >= 0)
        return (unsigned)shift;
    struct cpuid r = cpuid(1, 0);
    return r.edx & 1u << 28 ? bits_for(r.ebx >> 16 & 0xff) : 0;
}

unsigned arch_core_shift(void)
{
    int shift = leaf_b_shift(1);
    if (shift >= 0)
        return (unsigned)shift;
    unsigned cores = (cpuid_checked(4, 0).eax >> 26) + 1;
    unsigned package = arch_package_shift(), core_bits = bits_for(cores);
    return package > core_bits && cores > 1 ? package - core_bits : 0;
}

void arch_cpu_place(unsigned cpu, struct cpu_place *place)
{
    unsigned id = cpus[cpu]->arch.apic_id, package = arch_package_shift();
    place->package = id >> package;
    place->core = (id & ((1u << package) - 1)) >> arch_core_shift();
}

bool arch_cpus_share(unsigned cpu, unsigned other, unsigned shift)
{
    return cpus[cpu]->arch.apic_id >> shift == cpus[other]->arch.apic_id >> shift;
}

bool arch_cpu_cache(unsigned index, struct cpu_cache *c)
{
    static const char types[] = "?DIU";
    struct cpuid r = cpuid_checked(4, index);
    if ((r.eax & 31) == 0)
        r = cpuid_checked(0x8000001d, index);
    unsigned type = r.eax & 31;
    if (type == 0 || type > 3)
        return false;
    c->type = types[type];
    c->level = r.eax >> 5 & 7;
    c->line = (r.ebx & 0xfff) + 1;
    c->partitions = (r.ebx >> 12 & 0x3ff) + 1;
    c->ways = (r.ebx >> 22) + 1;
    c->sets = r.ecx + 1;
    c->size = (uint64_t)c->line * c->partitions * c->ways * c->sets;
    c->shift = bits_for((r.eax >> 14 & 0xfff) + 1);
    return true;
}
