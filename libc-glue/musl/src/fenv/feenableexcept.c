/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which floating-point exceptions raise SIGFPE, as glibc has it: C codes enable them to find the
 * first NaN, and flang's ieee_get_halting_mode and ieee_set_halting_mode call these functions.
 * Both units are set, SSE's MXCSR and the x87 control word (Intel SDM, volume 1, 8.1.5 and 10.2.3):
 * a bit that is set there masks the exception of <fenv.h> with the same value.
 */
#define _GNU_SOURCE
#include <fenv.h>

#define MXCSR_MASK_SHIFT 7 /* the flags are bits 0 to 5, their masks bits 7 to 12 */

static unsigned short control_word(void)
{
    unsigned short word;

    __asm__ volatile("fnstcw %0" : "=m"(word));
    return word;
}

/* `masked` as of <fenv.h>, in both units. */
static void set_masks(unsigned masked)
{
    unsigned short word = (unsigned short)((control_word() & ~FE_ALL_EXCEPT) | masked);
    unsigned mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    mxcsr = (mxcsr & ~((unsigned)FE_ALL_EXCEPT << MXCSR_MASK_SHIFT)) | masked << MXCSR_MASK_SHIFT;
    __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
    __asm__ volatile("fldcw %0" ::"m"(word));
}

int fegetexcept(void)
{
    return ~control_word() & FE_ALL_EXCEPT;
}

int feenableexcept(int exceptions)
{
    int before = fegetexcept();

    set_masks((unsigned)(~(before | exceptions) & FE_ALL_EXCEPT));
    return before;
}

int fedisableexcept(int exceptions)
{
    int before = fegetexcept();

    set_masks((unsigned)(~(before & ~exceptions) & FE_ALL_EXCEPT));
    return before;
}
