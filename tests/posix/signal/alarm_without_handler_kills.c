/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 status=142 */
/* SIGALRM of an alarm ends a program that does not handle it. */
#include "check.h"

int main(void)
{
    puts("waiting");
    fflush(stdout);
    alarm(1);
    for (;;)
        pause();
}
