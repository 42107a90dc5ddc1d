/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Determines the TSC's frequency, in this order: the launcher, CPUID, the
 * hypervisor's leaf, kvmclock, a measurement. QEMU's and KVM's local APIC timer
 * runs at 1 GHz by definition and is the reference there; elsewhere the ACPI timer,
 * then PIT channel 0 (channel 2 is not reliable: microvm reads 0xff from port 0x61).
 * CPU 0 at boot only; no locks.
 */
#include "tsc.h"
#include "acpi.h"
#include "apic.h"
#include "cpuid.h"
#include "ports.h"
#include "registers.h"
#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>

#define HYPERVISOR_LEAF        0x40000000u
#define HYPERVISOR_TIMING_LEAF 0x40000010u
#define KVM_FEATURE_CLOCK      (1 << 3)
#define VIRTUAL_APIC_HZ        1000000000UL
#define PM_TIMER_HZ            3579545UL
#define PIT_HZ                 1193182UL

/* A clock that counts up at a known rate, modulo mask + 1. */
struct reference {
    uint64_t hz;
    uint64_t mask;
    uint64_t (*read)(void);
    const char *name;
};

static uint64_t read_apic(void)
{
    return UINT32_MAX - apic_timer_left();
}

static uint64_t read_pm_timer(void)
{
    return inl(platform.pm_timer_port);
}

static uint64_t read_pit(void)
{
    outb(0x43, 0x00); /* latch channel 0 */
    uint8_t lo = inb(0x40);
    return 0xffff - (lo | inb(0x40) << 8);
}

static void start_pit(void)
{
    outb(0x43, 0x34); /* channel 0, both bytes, rate generator */
    outb(0x40, 0);
    outb(0x40, 0);
}

/* True if the hypervisor's signature (EBX, ECX of its first leaf) is this. */
static bool hypervisor_is(const char *signature)
{
    struct cpuid r = cpuid(HYPERVISOR_LEAF, 0);
    uint32_t words[2];

    __builtin_memcpy(words, signature, sizeof(words));
    return boot_info.hypervisor && r.ebx == words[0] && r.ecx == words[1];
}

static bool has_virtual_apic(void)
{
    return hypervisor_is("TCGTCGTCGTCG") || hypervisor_is("KVMKVMKVM");
}

static struct reference choose_reference(void)
{
    if (has_virtual_apic())
        return (struct reference){VIRTUAL_APIC_HZ, UINT32_MAX, read_apic, "the local APIC"};
    if (platform.pm_timer_port != 0)
        return (struct reference){PM_TIMER_HZ, 0xffffff, read_pm_timer, "the ACPI timer"};
    start_pit();
    return (struct reference){PIT_HZ, 0xffff, read_pit, "the PIT"};
}

struct sample {
    uint64_t tsc, ref, apic;
    uint64_t doubt; /* TSC ticks that the reading took */
};

/* The fastest of a few readings: interruptions by the host slow others down. */
static struct sample take_sample(const struct reference *r)
{
    struct sample best = {.doubt = UINT64_MAX};

    for (int i = 0; i < 4; i++) {
        uint64_t before = arch_clock_ticks();
        uint64_t ref = r->read();
        uint64_t doubt = arch_clock_ticks() - before;
        if (doubt < best.doubt)
            best = (struct sample){before + doubt / 2, ref, read_apic(), doubt};
    }
    return best;
}

/* a * b / c with a 128-bit product; the result must fit. */
static uint64_t multiply_divide(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t high;

    __asm__("mulq %[b]\n\tdivq %[c]" : "+a"(a), "=&d"(high) : [b] "r"(b), [c] "r"(c) : "cc");
    return a;
}

static uint64_t per_second(uint64_t ticks, uint64_t ref_ticks, uint64_t ref_hz)
{
    return multiply_divide(ticks, ref_hz, MAX(ref_ticks, 1UL));
}

/* Measures until the doubt is below 1/8192 of the span, 40 ms at most. */
static struct tsc_calibration measure(void)
{
    struct reference r = choose_reference();
    struct sample first, last;
    uint64_t span, tsc;

    apic_timer_count(UINT32_MAX);
    first = take_sample(&r);
    do {
        last = take_sample(&r);
        span = (last.ref - first.ref) & r.mask;
        tsc = last.tsc - first.tsc;
    } while (span < r.hz / 25 && (span < 8192 || tsc >> 12 < first.doubt + last.doubt));
    apic_timer_count(0);
    return (struct tsc_calibration){per_second(tsc, span, r.hz),
                                    per_second(last.apic - first.apic, span, r.hz), r.name};
}

static uint64_t tsc_hz_of_cpuid(void)
{
    struct cpuid r = cpuid_checked(0x15, 0);

    if (r.eax != 0 && r.ebx != 0 && r.ecx != 0)
        return (uint64_t)r.ecx * r.ebx / r.eax;
    return (uint64_t)(cpuid_checked(0x16, 0).eax & 0xffff) * 1000000; /* nominal MHz */
}

static uint64_t tsc_hz_of_hypervisor(void)
{
    if (!boot_info.hypervisor || cpuid(HYPERVISOR_LEAF, 0).eax < HYPERVISOR_TIMING_LEAF)
        return 0;
    return (uint64_t)cpuid(HYPERVISOR_TIMING_LEAF, 0).eax * 1000; /* kHz */
}

/* The hypervisor fills it while its address is in MSR_KVM_CLOCK (Linux: virt/kvm/x86/msr.rst). */
static volatile struct {
    uint32_t version, pad;
    uint64_t tsc, system_time;
    uint32_t ns_per_tick; /* 0.32 fixed point, after the shift */
    int8_t shift;
    uint8_t flags, pad2[2];
} kvm_clock __attribute__((aligned(32)));

static uint64_t tsc_hz_of_kvm_clock(void)
{
    if (!hypervisor_is("KVMKVMKVM") || !(cpuid(HYPERVISOR_LEAF + 1, 0).eax & KVM_FEATURE_CLOCK))
        return 0;
    wrmsr(MSR_KVM_CLOCK, ((uintptr_t)&kvm_clock - boot_info.bias) | 1);
    uint64_t factor = kvm_clock.ns_per_tick;
    int shift = (int)kvm_clock.shift;
    wrmsr(MSR_KVM_CLOCK, 0);
    if (factor == 0)
        return 0;
    uint64_t hz = multiply_divide(NSEC_PER_SEC, 1UL << 32, factor);
    return shift < 0 ? hz << -shift : hz >> shift;
}

static bool plausible(uint64_t hz)
{
    return hz >= 1000000 && hz <= 100000000000UL;
}

struct tsc_calibration tsc_calibrate(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    struct tsc_calibration c = {0, VIRTUAL_APIC_HZ, "the launcher"};

    if (block != NULL)
        c.tsc_hz = block->tsc_hz;
    if (!plausible(c.tsc_hz)) {
        c.source = "CPUID";
        c.tsc_hz = tsc_hz_of_cpuid();
    }
    if (!plausible(c.tsc_hz)) {
        c.source = "the hypervisor";
        c.tsc_hz = tsc_hz_of_hypervisor();
    }
    if (!plausible(c.tsc_hz)) {
        c.source = "kvmclock";
        c.tsc_hz = tsc_hz_of_kvm_clock();
    }
    if (plausible(c.tsc_hz) && has_virtual_apic())
        return c;
    struct tsc_calibration measured = measure(); /* the APIC timer's rate is still needed */
    if (plausible(c.tsc_hz))
        c.apic_hz = measured.apic_hz;
    return plausible(c.tsc_hz) ? c : measured;
}
