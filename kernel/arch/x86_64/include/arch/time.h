/* SPDX-License-Identifier: BSD-3-Clause */
/* The clock source (TSC) and the one-shot event timer (local APIC) of this architecture. */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <hermit/types.h>

/* Finds the TSC's frequency: boot block, CPUID 0x15/0x16, hypervisor leaf 0x40000010, kvmclock,
 * then measurement against PIT channel 0 or the ACPI timer. CPU 0, once. */
void arch_clock_init(void);

/* ns since arch_clock_init(); monotonic across cores (the TSCs are synchronous, or corrected). */
uint64_t arch_clock_read(void);

/* Wall clock from the CMOS RTC in ns since 1970 (UTC). */
uint64_t arch_rtc_read(void);

extern uint64_t arch_tsc_hz;

/* Sets this core's event timer up; CPU 0's is part of arch_clock_init(). */
void arch_timer_cpu_init(void);

/* Arms this core's event timer for `deadline` (ns, monotonic; in the past: at once). TIME_FOREVER
 * stops it. Interrupts off. */
void arch_timer_set(uint64_t deadline);

#endif
