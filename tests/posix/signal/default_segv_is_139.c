/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* A wild write ends the program with SIGSEGV's status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    *(volatile int *)4 = 1;
    puts("not reached");
    return 0;
}
