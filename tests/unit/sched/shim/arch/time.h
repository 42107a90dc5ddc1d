/* SPDX-License-Identifier: BSD-3-Clause */
/* Clock and event timer, defined by each unit test. */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <hermit/types.h>

uint64_t arch_clock_read(void); /* ns */
uint64_t arch_clock_ticks(void);
void arch_timer_set(uint64_t deadline); /* of this core */

#endif
