/* SPDX-License-Identifier: BSD-3-Clause */
/* A 3 GiB static array, for -mcmodel=medium. */
#include <stdio.h>
#include <stdlib.h>

static volatile char array[3UL << 30];

int main(int argc, char **argv)
{
    size_t at = argc > 1 ? strtoul(argv[1], NULL, 0) : sizeof(array) - 1;

    array[at] = 1;
    printf("%d at %zu\n", array[at], at);
    return 0;
}
