/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A thread may be named by its number as soon as that exists: other threads signal it, move it and
 * change its policy while it is made, starts and ends. */
#include "check.h"
#include <sys/resource.h>
#include <sys/syscall.h>

#define ROUNDS 60

static atomic_int next, stop, met, begun;

static void name_thread(int tid)
{
    cpu_set_t set;
    struct sched_param param = {0};
    void *head;
    size_t length;
    struct timespec slice;

    CPU_ZERO(&set);
    CPU_SET(tid % cpus_allowed(), &set);
    bool there = syscall(SYS_tgkill, getpid(), tid, SIGUSR1) == 0;
    sched_setaffinity(tid, sizeof(set), &set);
    sched_setscheduler(tid, tid % 2 ? SCHED_BATCH : SCHED_OTHER, &param);
    setpriority(PRIO_PROCESS, (id_t)tid, tid % 20);
    syscall(SYS_get_robust_list, tid, &head, &length);
    syscall(SYS_sched_rr_get_interval, tid, &slice);
    atomic_fetch_add(&met, there);
}

static void *meddle(void *unused)
{
    while (!atomic_load(&stop))
        name_thread(atomic_load(&next));
    return unused;
}

static void *begin(void *unused)
{
    atomic_fetch_add(&begun, 1);
    return unused;
}

static void on_signal(int signo)
{
    (void)signo;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    atomic_store(&next, (int)syscall(SYS_gettid) + 2);
    pthread_t meddler = start(meddle, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        join(start(begin, NULL));
        atomic_fetch_add(&next, 1);
    }
    atomic_store(&stop, 1);
    join(meddler);
    printf("%d threads began\n", atomic_load(&begun));
    return check_done();
}
