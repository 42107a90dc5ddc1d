/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* After sched_setaffinity the thread runs on the chosen CPU at once. */
#include "check.h"

static cpu_set_t allowed;

static void *visit_all(void *unused)
{
    (void)unused;
    for (int round = 0; round < 10; round++) {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            cpu_set_t one, seen;

            if (!CPU_ISSET(cpu, &allowed))
                continue;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
            CHECK(sched_getcpu() == cpu);
            CHECK(sched_getaffinity(0, sizeof(seen), &seen) == 0 && CPU_EQUAL(&seen, &one));
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[3];

    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) == CPU_COUNT(&allowed));
    for (int i = 0; i < 3; i++)
        threads[i] = start(visit_all, NULL);
    visit_all(NULL);
    for (int i = 0; i < 3; i++)
        join(threads[i]);
    return check_done();
}
