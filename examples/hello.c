/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest program: says hello and, given a name, to whom. */
#include <stdio.h>

int main(int argc, char **argv)
{
    printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
    return 0;
}
