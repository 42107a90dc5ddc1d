/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=120 */
/* One thread sets another's policy while two more set its nice value: that leaves the policy as it
 * is. (Not so the reverse: on Linux, setting a policy may put an old nice value back.) */
#include "sched.h"

#define ROUNDS 150000

static atomic_int tid, finished, lost;

static void *sleeper(void *unused)
{
    atomic_store(&tid, (int)syscall(SYS_gettid));
    while (atomic_load(&finished) < 3)
        usleep(10000);
    return unused;
}

/* The only one to set the policy. */
static void *set_policies(void *unused)
{
    static const int policies[] = {SCHED_OTHER, SCHED_BATCH, SCHED_IDLE};
    struct sched_param none = {.sched_priority = 0};

    for (int i = 0; i < ROUNDS; i++) {
        REQUIRE(syscall(SYS_sched_setscheduler, tid, policies[i % 3], &none) == 0);
        if (syscall(SYS_sched_getscheduler, tid) != policies[i % 3])
            atomic_fetch_add(&lost, 1);
    }
    atomic_fetch_add(&finished, 1);
    return unused;
}

static void *set_nices(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        REQUIRE(setpriority(PRIO_PROCESS, (id_t)tid, i % 20) == 0);
    atomic_fetch_add(&finished, 1);
    return unused;
}

int main(void)
{
    pthread_t target = start(sleeper, NULL);

    while (atomic_load(&tid) == 0)
        usleep(1000);
    pthread_t a = start(set_policies, NULL), b = start(set_nices, NULL);
    pthread_t c = start(set_nices, NULL);
    join(a);
    join(b);
    join(c);
    join(target);
    printf("policies lost: %d\n", lost);
    return check_done();
}
