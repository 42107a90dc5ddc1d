/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=44 */
/* Only the low 8 bits of the status count. */
#include "check.h"

int main(void)
{
    exit(300);
}
