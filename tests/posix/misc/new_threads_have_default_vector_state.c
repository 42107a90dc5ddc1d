/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A thread inherits its creator's rounding mode as on Linux and leaks nothing back. */
#include "check.h"
#include <fenv.h>

static void *body(void *unused)
{
    (void)unused;
    int inherited = fegetround();
    fesetround(FE_TOWARDZERO);
    return (void *)(intptr_t)inherited;
}

int main(void)
{
    CHECK(fegetround() == FE_TONEAREST);
    fesetround(FE_UPWARD);
    int inherited = (int)(intptr_t)join(start(body, NULL));
    printf("inherited %d\n", inherited == FE_UPWARD);
    CHECK(fegetround() == FE_UPWARD);
    return check_done();
}
