/* SPDX-License-Identifier: BSD-3-Clause */
/* Frequencies of the TSC and of the local APIC's timer. */
#ifndef X86_TSC_H
#define X86_TSC_H

#include <hermit/types.h>

struct tsc_calibration {
    uint64_t tsc_hz;
    uint64_t apic_hz; /* ticks of the local APIC's timer; 0 only where it is not needed */
    const char *source;
};

/* Asks who may know, measures as the last resort (docs/boot.md). CPU 0, interrupts off. */
struct tsc_calibration tsc_calibrate(void);

#endif
