/* SPDX-License-Identifier: BSD-3-Clause */
/* Frequencies of the TSC and of the local APIC's timer. */
#ifndef X86_TSC_H
#define X86_TSC_H

#include <hermit/types.h>

struct tsc_calibration {
    uint64_t tsc_hz;
    uint64_t apic_hz; /* of the local APIC's timer */
    const char *source;
};

/* Asks each known source, measures as a last resort (docs/boot.md). CPU 0, interrupts off. */
struct tsc_calibration tsc_calibrate(void);

#endif
