/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=3 */
/* exit(3) gives status 3 and flushes. */
#include "check.h"

int main(void)
{
    printf("flushed");
    exit(3);
}
