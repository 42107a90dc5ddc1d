/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes numbered lines alternately to stdout and stderr. */
#include <stdio.h>

int main(void)
{
    for (int i = 0; i < 2000; i++) {
        printf("out %d\n", i);
        fflush(stdout);
        fprintf(stderr, "err %d\n", i);
    }
    return 0;
}
