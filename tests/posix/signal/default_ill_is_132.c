/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=132 */
/* An illegal instruction ends the program with SIGILL's status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    __asm__ volatile("ud2");
    puts("not reached");
    return 0;
}
