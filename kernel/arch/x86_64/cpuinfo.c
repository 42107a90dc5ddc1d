/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of /proc/cpuinfo, as Linux writes it for x86, from CPUID (Intel SDM vol. 2, CPUID; AMD
 * APM vol. 3). No locks. */
#include "cpuid.h"
#include <arch/time.h>
#include <arch/topology.h>
#include <hermit/percpu.h>
#include <hermit/string.h>

struct cpu_identity {
    char vendor[13], model_name[49];
    unsigned family, model, stepping, cpuid_level, clflush, physical_bits, virtual_bits;
};

static void put_registers(char *to, struct cpuid r)
{
    memcpy(to, &r.eax, 4);
    memcpy(to + 4, &r.ebx, 4);
    memcpy(to + 8, &r.ecx, 4);
    memcpy(to + 12, &r.edx, 4);
}

static void identify(struct cpu_identity *id)
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

static unsigned count_sharing(unsigned cpu, unsigned shift)
{
    unsigned n = 0;
    for (unsigned i = 0; i < nr_cpus; i++)
        n += arch_cpus_share(cpu, i, shift);
    return n;
}

static unsigned cores_of_package(unsigned cpu)
{
    unsigned threads = count_sharing(cpu, arch_core_shift());
    return count_sharing(cpu, arch_package_shift()) / (threads > 0 ? threads : 1);
}

static void show_features(struct text *t, cpuinfo_print *print)
{
    print(t, "flags\t\t:");
    for (unsigned i = 0; i < ARRAY_SIZE(features); i++)
        if (feature_word(features[i].word) >> features[i].bit & 1)
            print(t, " %s", features[i].name);
    print(t, "\n");
}

static uint64_t largest_cache_kb(void)
{
    struct cpu_cache c;
    uint64_t size = 0;
    for (unsigned i = 0; arch_cpu_cache(i, &c); i++)
        size = MAX(size, c.size >> 10);
    return size;
}

void arch_cpuinfo(unsigned cpu, struct text *t, cpuinfo_print *print)
{
    struct cpu_identity id;
    struct cpu_place p;
    uint64_t khz = arch_tsc_hz / 1000;
    uint32_t apic_id = cpus[cpu]->arch.apic_id;
    identify(&id);
    arch_cpu_place(cpu, &p);
    print(t, "processor\t: %u\nvendor_id\t: %s\n", cpu, id.vendor);
    print(t, "cpu family\t: %u\nmodel\t\t: %u\n", id.family, id.model);
    print(t, "model name\t: %s\nstepping\t: %u\n", id.model_name, id.stepping);
    print(t, "cpu MHz\t\t: %lu.%03lu\n", khz / 1000, khz % 1000);
    print(t, "cache size\t: %lu KB\n", largest_cache_kb());
    print(t, "physical id\t: %u\nsiblings\t: %u\n", p.package,
          count_sharing(cpu, arch_package_shift()));
    print(t, "core id\t\t: %u\ncpu cores\t: %u\n", p.core, cores_of_package(cpu));
    print(t, "apicid\t\t: %u\ninitial apicid\t: %u\n", apic_id, apic_id);
    print(t, "fpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: %u\nwp\t\t: yes\n",
          id.cpuid_level);
    show_features(t, print);
    print(t, "bugs\t\t:\nbogomips\t: %lu.%02lu\n", khz / 500, khz / 5 % 100);
    print(t, "clflush size\t: %u\ncache_alignment\t: %u\n", id.clflush, id.clflush);
    print(t, "address sizes\t: %u bits physical, %u bits virtual\n", id.physical_bits,
          id.virtual_bits);
    print(t, "power management:\n\n");
}
