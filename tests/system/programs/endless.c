/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes lines until nobody reads them. */
#include <stdio.h>

int main(void)
{
    for (unsigned i = 0;; i++)
        printf("line %u\n", i);
}
