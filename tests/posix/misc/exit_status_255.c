/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=255 */
/* Status 255 arrives. */
#include "check.h"

int main(void)
{
    return 255;
}
