/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Rounding modes that a handler changes come back when it returns. */
#include "check.h"
#include <fenv.h>

static int mode_inside;

static void on_signal(int signal)
{
    (void)signal;
    unsigned mxcsr;
    unsigned short control;

    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(control));
    mode_inside = (int)((mxcsr >> 13) & 3);
    mxcsr = 0x1f80;
    control = 0x37f;
    __asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(control));
}

int main(void)
{
    volatile double one = 1, three = 3;
    double nearest = one / three;

    signal(SIGUSR1, on_signal);
    CHECK(fesetround(FE_UPWARD) == 0);
    double up = one / three;
    raise(SIGUSR1);
    CHECK(fegetround() == FE_UPWARD);
    CHECK(one / three == up && up > nearest);
    /* Linux hands the handler the interrupted thread's control words. */
    printf("mode inside %d\n", mode_inside);
    return check_done();
}
