/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4,16 */
/* A thread that is moved from CPU to CPU never sees the clock go back. */
#include "check.h"

int main(void)
{
    cpu_set_t allowed, one;
    long long last = 0;
    int backwards = 0;

    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    for (int round = 0; round < 10; round++) {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (!CPU_ISSET(cpu, &allowed))
                continue;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
            for (int i = 0; i < 50; i++) {
                long long now = now_ns(CLOCK_MONOTONIC);
                backwards += now < last;
                last = now;
            }
        }
    }
    printf("backwards %d times\n", backwards);
    return check_done();
}
