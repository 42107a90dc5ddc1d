/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A signal for the process is not lost if the thread that it was meant for ends:
 * another takes it. */
#include "check.h"
#include <sys/syscall.h>

#define ROUNDS 400

static atomic_int handled, go, over, first_tid;
static sigset_t usr1;

static void on_signal(int signo)
{
    (void)signo;
    atomic_fetch_add(&handled, 1);
}

/* Without the C library, which would block all signals first. */
static void *end_soon(void *unused)
{
    static int nobody_waits;

    pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
    atomic_store(&first_tid, (int)syscall(SYS_set_tid_address, &nobody_waits));
    await(&go, 1);
    syscall(SYS_exit, 0);
    return unused;
}

static void *stay(void *unused)
{
    pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
    while (!atomic_load(&over))
        sleep_ms(1);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &usr1, NULL) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        long long limit = now_ns(CLOCK_MONOTONIC) + 5 * SEC;
        atomic_store(&go, 0);
        atomic_store(&over, 0);
        atomic_store(&first_tid, 0);
        start(end_soon, NULL);
        pthread_t second = start(stay, NULL);
        while (atomic_load(&first_tid) == 0)
            sched_yield();
        atomic_store(&go, 1);
        for (volatile int wait = i * 37 % 2000; wait > 0; wait--)
            ;
        REQUIRE(kill(getpid(), SIGUSR1) == 0);
        while (atomic_load(&handled) <= i && now_ns(CLOCK_MONOTONIC) < limit)
            sched_yield();
        REQUIRE(atomic_load(&handled) == i + 1);
        atomic_store(&over, 1);
        join(second);
    }
    printf("%d signals were handled\n", atomic_load(&handled));
    return check_done();
}
