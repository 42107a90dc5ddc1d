/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A yield beside a task of SCHED_IDLE or nice 19 does not give the others a second. */
#include "sched.h"

static void *spin_idle(void *arg)
{
    set_policy(SCHED_IDLE, 0);
    return spin(arg);
}

static void *spin_nice(void *arg)
{
    REQUIRE(setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19) == 0);
    return spin(arg);
}

/* A thread that would run all the while, one that seldom runs, and a caller that yields: what they
 * use together meanwhile. */
static long long yield_beside(void *(*body)(void *))
{
    atomic_store(&stop_spinning, false);
    pthread_t seldom = start(body, NULL), often = start(spin, NULL);
    sleep_ms(30);
    long long begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < 4; i++)
        sched_yield();
    long long used = now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin;
    atomic_store(&stop_spinning, true);
    join(often);
    join(seldom);
    return used;
}

static void is_bounded(void *(*body)(void *))
{
    int tries = 0;

    while (tries < TRIES && yield_beside(body) >= 400 * MS)
        tries++;
    CHECK(tries < TRIES);
}

int main(void)
{
    use_one_cpu();
    is_bounded(spin_idle);
    is_bounded(spin_nice);
    return check_done();
}
