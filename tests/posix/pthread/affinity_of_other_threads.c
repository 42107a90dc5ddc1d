/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Affinity of another thread can be set, is inherited, and moves a running thread. */
#include "check.h"

static atomic_int go, stop, last;

static void *report_cpu(void *unused)
{
    (void)unused;
    atomic_store(&go, 1);
    while (!atomic_load(&stop))
        atomic_store(&last, sched_getcpu());
    return NULL;
}

static void *check_inherited(void *argument)
{
    cpu_set_t seen;

    CHECK(pthread_getaffinity_np(pthread_self(), sizeof(seen), &seen) == 0);
    CHECK(CPU_EQUAL(&seen, (cpu_set_t *)argument));
    return NULL;
}

int main(void)
{
    cpu_set_t allowed, one;
    pthread_t thread = start(report_cpu, NULL);

    await(&go, 1);
    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        CHECK(pthread_setaffinity_np(thread, sizeof(one), &one) == 0);
        await(&last, cpu);
        for (int i = 0; i < 20; i++) {
            CHECK(atomic_load(&last) == cpu);
            sched_yield();
        }
    }
    atomic_store(&stop, 1);
    join(thread);
    CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
    join(start(check_inherited, &one));
    return check_done();
}
