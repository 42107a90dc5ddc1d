/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of the auxiliary vector from CPUID. No state, no locks. */
#include "cpuid.h"
#include <arch/program.h>

#define SIGNAL_FRAME_SIZE 1232 /* siginfo, ucontext and return address without extended state */

uint64_t arch_hwcap(void)
{
    return cpuid(1, 0).edx;
}

uint64_t arch_signal_stack_min(void)
{
    return SIGNAL_FRAME_SIZE + cpuid(0xd, 0).ebx + 64;
}
