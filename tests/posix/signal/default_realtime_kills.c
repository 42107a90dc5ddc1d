/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=162 */
/* A real-time signal without a handler ends the program with its status. */
#include "check.h"

int main(void)
{
    puts("before");
    fflush(stdout);
    raise(34);
    puts("not reached");
    return 0;
}
