/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=180 */
/* 10,000 threads are created and joined one after the other; their results arrive. */
#include "check.h"

static void *same(void *argument)
{
    return argument;
}

int main(void)
{
    long sum = 0;

    for (long i = 1; i <= 10000; i++)
        sum += (long)join(start(same, (void *)i));
    printf("sum %ld\n", sum);
    return check_done();
}
