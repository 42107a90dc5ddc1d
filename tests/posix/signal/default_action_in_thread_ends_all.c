/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 status=134 */
/* A deadly signal in one thread ends all of them. */
#include "check.h"

static void *die(void *unused)
{
    sleep_ms(5);
    abort();
    return unused;
}

static void *spin(void *unused)
{
    for (volatile int i = 0;; i++)
        ;
    return unused;
}

int main(void)
{
    puts("before");
    fflush(stdout);
    start(spin, NULL);
    start(spin, NULL);
    start(die, NULL);
    for (;;)
        pause();
}
