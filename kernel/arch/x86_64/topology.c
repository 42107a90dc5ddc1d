/* SPDX-License-Identifier: BSD-3-Clause */
/* Topology, caches and features from CPUID (Intel SDM vol. 2, CPUID; AMD APM vol. 3). No locks. */
#include "cpuid.h"
#include <arch/topology.h>
#include <hermit/percpu.h>
#include <hermit/string.h>

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
    place->apic_id = id;
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

static void put_registers(char *to, struct cpuid r)
{
    memcpy(to, &r.eax, 4);
    memcpy(to + 4, &r.ebx, 4);
    memcpy(to + 8, &r.ecx, 4);
    memcpy(to + 12, &r.edx, 4);
}

void arch_cpu_identity(struct cpu_identity *id)
{
    memset(id, 0, sizeof(*id));
    struct cpuid r = cpuid(0, 0);
    id->cpuid_level = r.eax;
    memcpy(id->vendor, &r.ebx, 4);
    memcpy(id->vendor + 4, &r.edx, 4);
    memcpy(id->vendor + 8, &r.ecx, 4);
    r = cpuid(1, 0);
    id->stepping = r.eax & 15;
    id->family = r.eax >> 8 & 15;
    id->model = r.eax >> 4 & 15;
    if (id->family == 15)
        id->family += r.eax >> 20 & 0xff;
    if (id->family >= 6)
        id->model |= (r.eax >> 16 & 15) << 4;
    id->clflush = (r.ebx >> 8 & 0xff) * 8;
    for (unsigned i = 0; i < 3; i++)
        put_registers(id->model_name + 16 * i, cpuid_checked(0x80000002 + i, 0));
    r = cpuid_checked(0x80000008, 0);
    id->physical_bits = r.eax != 0 ? r.eax & 0xff : 36;
    id->virtual_bits = r.eax != 0 ? r.eax >> 8 & 0xff : 48;
}

enum word { L1_EDX, L1_ECX, X1_EDX, X1_ECX, L7_EBX, L7_ECX, L7_EDX, LD1_EAX };

static const struct {
    const char *name;
    uint8_t word, bit;
} features[] = {
    {"fpu", L1_EDX, 0},
    {"vme", L1_EDX, 1},
    {"de", L1_EDX, 2},
    {"pse", L1_EDX, 3},
    {"tsc", L1_EDX, 4},
    {"msr", L1_EDX, 5},
    {"pae", L1_EDX, 6},
    {"mce", L1_EDX, 7},
    {"cx8", L1_EDX, 8},
    {"apic", L1_EDX, 9},
    {"sep", L1_EDX, 11},
    {"mtrr", L1_EDX, 12},
    {"pge", L1_EDX, 13},
    {"mca", L1_EDX, 14},
    {"cmov", L1_EDX, 15},
    {"pat", L1_EDX, 16},
    {"pse36", L1_EDX, 17},
    {"clflush", L1_EDX, 19},
    {"mmx", L1_EDX, 23},
    {"fxsr", L1_EDX, 24},
    {"sse", L1_EDX, 25},
    {"sse2", L1_EDX, 26},
    {"ht", L1_EDX, 28},
    {"syscall", X1_EDX, 11},
    {"nx", X1_EDX, 20},
    {"mmxext", X1_EDX, 22},
    {"fxsr_opt", X1_EDX, 25},
    {"pdpe1gb", X1_EDX, 26},
    {"rdtscp", X1_EDX, 27},
    {"lm", X1_EDX, 29},
    {"3dnowext", X1_EDX, 30},
    {"3dnow", X1_EDX, 31},
    {"pni", L1_ECX, 0},
    {"pclmulqdq", L1_ECX, 1},
    {"monitor", L1_ECX, 3},
    {"ssse3", L1_ECX, 9},
    {"fma", L1_ECX, 12},
    {"cx16", L1_ECX, 13},
    {"pcid", L1_ECX, 17},
    {"sse4_1", L1_ECX, 19},
    {"sse4_2", L1_ECX, 20},
    {"x2apic", L1_ECX, 21},
    {"movbe", L1_ECX, 22},
    {"popcnt", L1_ECX, 23},
    {"tsc_deadline_timer", L1_ECX, 24},
    {"aes", L1_ECX, 25},
    {"xsave", L1_ECX, 26},
    {"avx", L1_ECX, 28},
    {"f16c", L1_ECX, 29},
    {"rdrand", L1_ECX, 30},
    {"hypervisor", L1_ECX, 31},
    {"lahf_lm", X1_ECX, 0},
    {"svm", X1_ECX, 2},
    {"cr8_legacy", X1_ECX, 4},
    {"abm", X1_ECX, 5},
    {"sse4a", X1_ECX, 6},
    {"misalignsse", X1_ECX, 7},
    {"3dnowprefetch", X1_ECX, 8},
    {"xop", X1_ECX, 11},
    {"fma4", X1_ECX, 16},
    {"fsgsbase", L7_EBX, 0},
    {"bmi1", L7_EBX, 3},
    {"avx2", L7_EBX, 5},
    {"smep", L7_EBX, 7},
    {"bmi2", L7_EBX, 8},
    {"erms", L7_EBX, 9},
    {"invpcid", L7_EBX, 10},
    {"mpx", L7_EBX, 14},
    {"avx512f", L7_EBX, 16},
    {"avx512dq", L7_EBX, 17},
    {"rdseed", L7_EBX, 18},
    {"adx", L7_EBX, 19},
    {"smap", L7_EBX, 20},
    {"avx512ifma", L7_EBX, 21},
    {"clflushopt", L7_EBX, 23},
    {"clwb", L7_EBX, 24},
    {"avx512cd", L7_EBX, 28},
    {"sha_ni", L7_EBX, 29},
    {"avx512bw", L7_EBX, 30},
    {"avx512vl", L7_EBX, 31},
    {"avx512vbmi", L7_ECX, 1},
    {"umip", L7_ECX, 2},
    {"pku", L7_ECX, 3},
    {"avx512_vbmi2", L7_ECX, 6},
    {"gfni", L7_ECX, 8},
    {"vaes", L7_ECX, 9},
    {"vpclmulqdq", L7_ECX, 10},
    {"avx512_vnni", L7_ECX, 11},
    {"avx512_bitalg", L7_ECX, 12},
    {"avx512_vpopcntdq", L7_ECX, 14},
    {"la57", L7_ECX, 16},
    {"rdpid", L7_ECX, 22},
    {"fsrm", L7_EDX, 4},
    {"amx_bf16", L7_EDX, 22},
    {"avx512_fp16", L7_EDX, 23},
    {"amx_tile", L7_EDX, 24},
    {"amx_int8", L7_EDX, 25},
    {"xsaveopt", LD1_EAX, 0},
    {"xsavec", LD1_EAX, 1},
    {"xgetbv1", LD1_EAX, 2},
    {"xsaves", LD1_EAX, 3},
};

static uint32_t feature_word(enum word word)
{
    switch (word) {
    case L1_EDX:
        return cpuid(1, 0).edx;
    case L1_ECX:
        return cpuid(1, 0).ecx;
    case X1_EDX:
        return cpuid_checked(0x80000001, 0).edx;
    case X1_ECX:
        return cpuid_checked(0x80000001, 0).ecx;
    case L7_EBX:
        return cpuid_checked(7, 0).ebx;
    case L7_ECX:
        return cpuid_checked(7, 0).ecx;
    case L7_EDX:
        return cpuid_checked(7, 0).edx;
    default:
        return cpuid_checked(0xd, 1).eax;
    }
}

const char *arch_cpu_feature(unsigned i, bool *has)
{
    if (i >= ARRAY_SIZE(features))
        return NULL;
    *has = feature_word(features[i].word) >> features[i].bit & 1;
    return features[i].name;
}
