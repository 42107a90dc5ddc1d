/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A SCHED_RR thread that runs now and then leaves the slices of the others as they are. */
#include "sched.h"

static void *often(void *unused)
{
    (void)unused;
    set_policy(SCHED_RR, 1);
    while (!atomic_load(&stop_spinning)) {
        long long begin = now_ns(CLOCK_MONOTONIC);
        while (now_ns(CLOCK_MONOTONIC) - begin < 1 * MS)
            ;
        sleep_ms(60);
    }
    return NULL;
}

int main(void)
{
    use_one_cpu();
    pthread_t rr = start(often, NULL);
    pthread_t a = start(spin_and_watch, NULL), b = start(spin_and_watch, NULL);
    sleep_ms(800);
    atomic_store(&stop_spinning, true);
    /* An RR slice would be 100 ms, each time. A virtual CPU may stand still now and then. */
    CHECK((intptr_t)join(a) < 3);
    CHECK((intptr_t)join(b) < 3);
    join(rr);
    return check_done();
}
