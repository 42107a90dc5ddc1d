/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=136 */
/* An integer division by zero ends the program with SIGFPE's status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    volatile int seven = 7, zero = 0;
    printf("%d\n", seven / zero);
    puts("not reached");
    return 0;
}
