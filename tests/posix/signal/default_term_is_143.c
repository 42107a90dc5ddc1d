/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=143 */
/* SIGTERM to oneself ends the program with its status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    kill(getpid(), SIGTERM);
    puts("not reached");
    return 0;
}
