/* SPDX-License-Identifier: BSD-3-Clause */
/* Crashes three calls deep, so that a backtrace has names to show. */
#include <stdio.h>

__attribute__((noinline)) static int the_culprit(volatile int *target)
{
    *target = 1;
    return *target + 1;
}

__attribute__((noinline)) static int the_accomplice(int *target)
{
    return the_culprit(target) + 2;
}

int main(int argc, char **argv)
{
    (void)argv;
    puts("about to crash");
    fflush(stdout);
    return the_accomplice(argc > 100 ? &argc : NULL);
}
