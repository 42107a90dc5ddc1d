/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* Endless recursion in main ends the program by SIGSEGV. */
#include "check.h"

static volatile int depth_limit = 1 << 30;

__attribute__((noinline)) static int recurse(int depth)
{
    volatile char frame[1024];

    frame[0] = (char)depth;
    if (depth > depth_limit)
        return 0;
    return recurse(depth + 1) + frame[0];
}

int main(void)
{
    puts("recursing");
    fflush(stdout);
    printf("went %d deep\n", recurse(0));
    return 0;
}
