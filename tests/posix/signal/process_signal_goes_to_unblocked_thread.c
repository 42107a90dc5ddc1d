/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* kill reaches the one thread that does not block the signal, even from a thread that does. */
#include "check.h"

static __thread bool chosen;
static atomic_int handled, ready, wrong;

static void on_signal(int signal)
{
    (void)signal;
    if (!chosen)
        atomic_fetch_add(&wrong, 1);
    atomic_fetch_add(&handled, 1);
}

static void *take(void *unused)
{
    sigset_t set;

    (void)unused;
    chosen = true;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0);
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&handled) < 20)
        sched_yield();
    return NULL;
}

static void *block(void *unused)
{
    (void)unused;
    atomic_fetch_add(&ready, 1);
    while (atomic_load(&handled) < 20)
        sched_yield();
    return NULL;
}

int main(void)
{
    sigset_t set;
    pthread_t threads[3];

    signal(SIGTERM, on_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    CHECK(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    for (int i = 0; i < 3; i++)
        threads[i] = start(i == 1 ? take : block, NULL);
    await(&ready, 3);
    for (int i = 0; i < 20; i++) {
        CHECK(kill(getpid(), SIGTERM) == 0);
        await(&handled, i + 1);
    }
    for (int i = 0; i < 3; i++)
        join(threads[i]);
    printf("handled %d, wrong %d\n", handled, wrong);
    return check_done();
}
