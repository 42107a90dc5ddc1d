/* SPDX-License-Identifier: BSD-3-Clause */
/* Entries of the program's auxiliary vector that describe the processor. */
#ifndef ARCH_PROGRAM_H
#define ARCH_PROGRAM_H

#include <stdint.h>

#define ARCH_PLATFORM "x86_64" /* AT_PLATFORM */
#define ARCH_HWCAP2   2        /* AT_HWCAP2: FSGSBASE */

uint64_t arch_hwcap(void);            /* AT_HWCAP */
uint64_t arch_signal_stack_min(void); /* AT_MINSIGSTKSZ: bytes of a signal frame at most */

#endif
