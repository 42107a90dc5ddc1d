/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=7 */
/* _exit does not flush the streams. */
#include "check.h"

int main(void)
{
    printf("lost");
    _exit(7);
}
