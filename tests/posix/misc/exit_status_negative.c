/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=255 */
/* exit(-1) gives 255. */
#include "check.h"

int main(void)
{
    exit(-1);
}
