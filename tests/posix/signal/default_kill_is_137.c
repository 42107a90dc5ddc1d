/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=137 */
/* SIGKILL to oneself ends the program with its status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    kill(getpid(), SIGKILL);
    puts("not reached");
    return 0;
}
