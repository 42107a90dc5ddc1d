/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* sched_getcpu always names one of the CPUs that the thread may use, whatever the load. */
#include "check.h"
#include <sys/syscall.h>

static cpu_set_t allowed;

static void *look(void *unused)
{
    unsigned cpu = 0, node = 99;

    (void)unused;
    for (int i = 0; i < 300; i++) {
        int now = sched_getcpu();
        CHECK(now >= 0 && CPU_ISSET(now, &allowed));
        CHECK(syscall(SYS_getcpu, &cpu, &node, NULL) == 0 && CPU_ISSET((int)cpu, &allowed));
        CHECK(node < 64);
        if (i % 10 == 0)
            sched_yield();
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[6];

    REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
    for (int i = 0; i < 6; i++)
        threads[i] = start(look, NULL);
    for (int i = 0; i < 6; i++)
        join(threads[i]);
    return check_done();
}
