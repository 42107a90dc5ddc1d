/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest program: one line on stdout. */
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 0;
}
