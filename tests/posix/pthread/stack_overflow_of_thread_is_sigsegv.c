/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 status=139 */
/* Endless recursion in a thread meets the guard page and ends the program by SIGSEGV. */
#include "check.h"

static volatile int depth_limit = 1 << 30;

__attribute__((noinline)) static int recurse(int depth)
{
    volatile char frame[256];

    frame[0] = (char)depth;
    if (depth > depth_limit)
        return 0;
    return recurse(depth + 1) + frame[0];
}

static void *body(void *unused)
{
    (void)unused;
    printf("went %d deep\n", recurse(0));
    return NULL;
}

int main(void)
{
    puts("recursing");
    fflush(stdout);
    join(start(body, NULL));
    return 0;
}
