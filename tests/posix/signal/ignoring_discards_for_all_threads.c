/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* SIG_IGN, and SIG_DFL of signals that are ignored by default, discard what is pending for the
 * process and for every thread. */
#include "check.h"

static atomic_int ready, look;

static int pending(int signo)
{
    sigset_t set;

    REQUIRE(sigpending(&set) == 0);
    return sigismember(&set, signo);
}

static void *hold(void *unused)
{
    atomic_store(&ready, 1);
    await(&look, 1);
    printf("thread, pending: %d %d %d\n", pending(SIGUSR1), pending(SIGCHLD), pending(SIGRTMIN));
    atomic_store(&ready, 2);
    await(&look, 2);
    printf("thread, afterwards: %d %d %d\n", pending(SIGUSR1), pending(SIGCHLD), pending(SIGRTMIN));
    return unused;
}

static void on_signal(int signo)
{
    printf("delivered: %d\n", signo);
}

static void send_all(pthread_t thread)
{
    static const int signals[] = {SIGUSR1, SIGCHLD};
    union sigval value = {0};

    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_kill(thread, signals[i]) == 0 && kill(getpid(), signals[i]) == 0);
    for (int i = 0; i < 3; i++)
        REQUIRE(pthread_kill(thread, SIGRTMIN) == 0 && sigqueue(getpid(), SIGRTMIN, value) == 0);
}

int main(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGRTMIN);
    REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    signal(SIGUSR1, on_signal);
    signal(SIGCHLD, on_signal);
    signal(SIGRTMIN, on_signal);
    pthread_t thread = start(hold, NULL);
    await(&ready, 1);
    send_all(thread);
    atomic_store(&look, 1);
    await(&ready, 2);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGRTMIN, SIG_IGN);
    printf("main, afterwards: %d %d %d\n", pending(SIGUSR1), pending(SIGCHLD), pending(SIGRTMIN));
    signal(SIGUSR1, on_signal);
    signal(SIGCHLD, on_signal);
    signal(SIGRTMIN, on_signal);
    atomic_store(&look, 2);
    join(thread);
    REQUIRE(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0);
    return check_done();
}
