/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clock source (TSC) and event timer (local APIC). Owns the conversion factors,
 * constant after arch_clock_init(); the event timer's registers belong to their
 * core. No locks.
 */
#include "apic.h"
#include "cpuid.h"
#include "registers.h"
#include "tsc.h"
#include <arch/cpu.h>
#include <arch/time.h>
#include <hermit/panic.h>

/* Later deadlines (36 years) count as none: conversions could overflow. */
#define FAR_DEADLINE (1UL << 60)

uint64_t arch_tsc_hz;
struct arch_clock_source arch_clock_source;

static struct {
    uint64_t ticks_per_ns; /* 32.32 fixed point */
    uint64_t apic_per_ns;  /* event timer's ticks */
    bool deadline_mode;
} clock;

static uint64_t scale(uint64_t value, uint64_t factor)
{
    return (uint64_t)((unsigned __int128)value * factor >> 32);
}

static uint64_t ratio(uint64_t a, uint64_t b)
{
    return a / b << 32 | ((a % b << 32) / b);
}

uint64_t arch_ns_to_ticks(uint64_t ns)
{
    return scale(ns, clock.ticks_per_ns);
}

static void stop_timer(void)
{
    if (clock.deadline_mode)
        wrmsr(MSR_TSC_DEADLINE, 0);
    else
        apic_timer_count(0);
}

void arch_timer_set(uint64_t deadline)
{
    if (deadline >= FAR_DEADLINE) {
        stop_timer();
        return;
    }
    if (clock.deadline_mode) {
        wrmsr(MSR_TSC_DEADLINE, arch_clock_source.base + arch_ns_to_ticks(deadline) + 1);
        return;
    }
    uint64_t now = arch_clock_read();
    uint64_t left = deadline > now ? deadline - now : 0;
    uint64_t count = scale(left, clock.apic_per_ns) + 1;
    apic_timer_count((uint32_t)MIN(count, UINT32_MAX)); /* too far: fires early and is set again */
}

void arch_timer_cpu_init(void)
{
    if (clock.deadline_mode)
        apic_timer_use_deadline();
}

void arch_clock_init(void)
{
    struct tsc_calibration c = tsc_calibrate();

    arch_tsc_hz = c.tsc_hz;
    arch_clock_source.seconds_per_tick = UINT64_MAX / c.tsc_hz + 1;
    clock.ticks_per_ns = ratio(c.tsc_hz, NSEC_PER_SEC);
    clock.apic_per_ns = ratio(c.apic_hz, NSEC_PER_SEC);
    clock.deadline_mode = cpuid(1, 0).ecx & CPUID_1_ECX_TSC_DEADLINE;
    arch_clock_source.base = arch_clock_ticks();
    arch_timer_cpu_init();
    klog("clock: TSC %lu kHz, from %s\n", c.tsc_hz / 1000, c.source);
}
