/* SPDX-License-Identifier: BSD-3-Clause */
/* The clock source (TSC) and the one-shot event timer (local APIC) of this architecture. */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <hermit/types.h>

/* Determines the TSC's frequency from boot block, CPUID 0x15/0x16, hypervisor leaf 0x40000010,
 * kvmclock or a measurement: against the local APIC's timer where its rate is known (QEMU, KVM),
 * else the ACPI timer, else PIT channel 0. CPU 0, once. */
void arch_clock_init(void);

/* The TSC at time 0, and seconds per tick as a fraction of 2^64.
 * Constant after arch_clock_init(). */
struct arch_clock_source {
    uint64_t base;
    uint64_t seconds_per_tick;
};
extern struct arch_clock_source arch_clock_source;

/* The TSC. Not ordered with preceding and following instructions. */
static inline uint64_t arch_clock_ticks(void)
{
    uint32_t lo, hi;

    __asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
    return (uint64_t)hi << 32 | lo;
}

struct arch_time {
    uint64_t seconds, ns; /* ns < 10^9 */
};

/* `ticks` of the TSC since some point as a span of time. */
static inline struct arch_time arch_ticks_split(uint64_t ticks)
{
    unsigned __int128 time = (unsigned __int128)ticks * arch_clock_source.seconds_per_tick;
    unsigned __int128 ns = (unsigned __int128)(uint64_t)time * 1000000000;
    return (struct arch_time){(uint64_t)(time >> 64), (uint64_t)(ns >> 64)};
}

static inline uint64_t arch_ticks_to_ns(uint64_t ticks)
{
    struct arch_time time = arch_ticks_split(ticks);

    return time.seconds * 1000000000 + time.ns;
}

/* Time since arch_clock_init(). Monotonic across cores if their TSCs are synchronous, as those of
 * virtual machines and of processors with an invariant TSC are; nothing corrects them. */
static inline struct arch_time arch_clock_split(void)
{
    __asm__ volatile("lfence" ::: "memory"); /* not before older loads */
    return arch_ticks_split(arch_clock_ticks() - arch_clock_source.base);
}

/* The same in ns. */
static inline uint64_t arch_clock_read(void)
{
    struct arch_time time = arch_clock_split();

    return time.seconds * 1000000000 + time.ns;
}

/* Wall clock from the CMOS RTC in ns since 1970 (UTC). */
uint64_t arch_rtc_read(void);

extern uint64_t arch_tsc_hz;

/* A span of time in ticks of the TSC. */
uint64_t arch_ns_to_ticks(uint64_t ns);

/* Sets this core's event timer up; CPU 0's is part of arch_clock_init(). */
void arch_timer_cpu_init(void);

/* Arms this core's event timer for `deadline` (ns, monotonic; in the past: at once). TIME_FOREVER
 * stops it. Interrupts off. */
void arch_timer_set(uint64_t deadline);

#endif
