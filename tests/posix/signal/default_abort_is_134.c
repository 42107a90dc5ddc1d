/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=134 */
/* abort ends the program with SIGABRT's status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    abort();
    puts("not reached");
    return 0;
}
