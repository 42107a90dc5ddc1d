/* SPDX-License-Identifier: BSD-3-Clause */
/* Never ends: spins, or sleeps with an argument. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argv;
    puts("running");
    fflush(stdout);
    for (volatile int i = 0;; i++)
        if (argc > 1)
            pause();
}
