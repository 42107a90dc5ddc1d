/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the number of processors; makes no threads. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    printf("%ld processors\n", sysconf(_SC_NPROCESSORS_ONLN));
    return 0;
}
