/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* A fault whose signal is ignored ends the program all the same. */
#include "check.h"

int main(void)
{
    signal(SIGSEGV, SIG_IGN);
    raise(SIGSEGV);
    puts("raise was ignored");
    fflush(stdout);
    *(volatile int *)16 = 1;
    puts("not reached");
    return 0;
}
