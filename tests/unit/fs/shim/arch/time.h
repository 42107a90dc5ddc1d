/* SPDX-License-Identifier: BSD-3-Clause */
/* The clock of unit tests. */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <hermit/types.h>

uint64_t arch_clock_read(void); /* ns */

#endif
